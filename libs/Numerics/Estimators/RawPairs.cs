using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>Pairs as they came, in memory.</summary>
internal sealed class RawPairs(LiftedPairs pairs) : IPairSource
{
    private const int Blocks = 20;

    public LiftedPairs All(ILinearAlgebra la) => pairs;

    // Every so-manieth of 20 blocks of consecutive pairs: neighbours in time are nearly copies of each other, and a pair
    // held out between two that were fitted would test nothing.
    public (LiftedPairs Train, LiftedPairs HeldOut)? Split(double holdOut, ILinearAlgebra la)
    {
        var m = pairs.Pairs.X.Columns;
        var (train, heldOut) = (new List<int>(m), new List<int>());
        var blocks = Math.Min(Blocks, m);
        for (var b = 0; b < blocks; b++)
        {
            var target = Math.Floor((b + 1) * holdOut) > Math.Floor(b * holdOut) ? heldOut : train;
            var (start, end) = ((int)((long)b * m / blocks), (int)((b + 1L) * m / blocks));
            target.AddRange(Enumerable.Range(start, end - start));
        }

        return heldOut.Count == 0 || train.Count == 0 ? null : (Select(train), Select(heldOut));
    }

    private LiftedPairs Select(List<int> columns)
    {
        var weights = columns.Select(j => pairs.Pairs.Weights.Span[j]).ToArray();
        var selected = new SnapshotPairs(Columns(pairs.Pairs.X, columns), Columns(pairs.Pairs.Y, columns), weights);
        return new LiftedPairs(selected, pairs.Inputs is { } inputs ? Columns(inputs, columns) : null);
    }

    private static Matrix Columns(Matrix source, List<int> columns)
    {
        var selected = new Matrix(source.Rows, columns.Count);
        for (var j = 0; j < columns.Count; j++)
        {
            source.Column(columns[j]).CopyTo(selected.Column(j));
        }

        return selected;
    }
}
