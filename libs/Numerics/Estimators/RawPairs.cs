using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>Pairs as they came, in memory, in at most 20 blocks.</summary>
internal sealed class RawPairs(LiftedPairs pairs) : IPairSource
{
    private const int MostBlocks = 20;

    public int Blocks => Math.Min(MostBlocks, pairs.Pairs.X.Columns);

    public long[] BlockCounts()
    {
        var counts = new long[Blocks];
        for (var b = 0; b < counts.Length; b++)
        {
            counts[b] = Start(b + 1) - Start(b);
        }

        return counts;
    }

    public LiftedPairs All(ILinearAlgebra la) => pairs;

    public LiftedPairs Weighted(ReadOnlySpan<double> blockWeights, ILinearAlgebra la)
    {
        var (columns, weights) = (new List<int>(), new List<double>());
        for (var b = 0; b < blockWeights.Length; b++)
        {
            for (var j = Start(b); blockWeights[b] > 0 && j < Start(b + 1); j++)
            {
                columns.Add(j);
                weights.Add(blockWeights[b] * pairs.Pairs.Weights.Span[j]);
            }
        }

        var (x, y) = (Select(pairs.Pairs.X, columns), Select(pairs.Pairs.Y, columns));
        return new LiftedPairs(
            new SnapshotPairs(x, y, weights.ToArray()), pairs.Inputs is { } inputs ? Select(inputs, columns) : null);
    }

    private int Start(int block) => (int)((long)block * pairs.Pairs.X.Columns / Blocks);

    private static Matrix Select(Matrix source, List<int> columns)
    {
        var selected = new Matrix(source.Rows, columns.Count);
        for (var j = 0; j < columns.Count; j++)
        {
            source.Column(columns[j]).CopyTo(selected.Column(j));
        }

        return selected;
    }
}
