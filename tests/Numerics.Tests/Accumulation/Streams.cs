using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

/// <summary>Planted streams of pairs, and moments by the triple loop.</summary>
internal static class Streams
{
    public static readonly SummaryKind[] Exact = [SummaryKind.Gram, SummaryKind.Qr];

    /// <summary>Non-normal, and defective at 0.5.</summary>
    public static readonly Matrix Map =
        Matrix.FromRows([[0.9, 5, 0, 0], [0, -0.7, 0, 0], [0, 0, 0.5, 1], [0, 0, 0, 0.5]]);

    public static TheoryData<string, SummaryKind> ExactOnAll
    {
        get
        {
            var data = new TheoryData<string, SummaryKind>();
            foreach (var name in Algebras.Names)
            {
                foreach (var kind in Exact)
                {
                    data.Add(name, kind);
                }
            }

            return data;
        }
    }

    public static LiftedPairs Noisy(int m, int seed, double noise = 0.1)
    {
        var (x, e) = (Matrices.Gaussian(4, m, seed), Matrices.Gaussian(4, m, seed + 1));
        return new LiftedPairs(new SnapshotPairs(x, Plus(Matrices.Product(Map, x), e, noise)), null);
    }

    /// <summary>The same with two inputs and weights between 0.5 and 1.5.</summary>
    public static LiftedPairs Driven(int m, int seed)
    {
        var pairs = Noisy(m, seed).Pairs;
        var random = new Random(seed + 2);
        var weights = Enumerable.Range(0, m).Select(_ => 0.5 + random.NextDouble()).ToArray();
        return new LiftedPairs(new SnapshotPairs(pairs.X, pairs.Y, weights), Matrices.Gaussian(2, m, seed + 3));
    }

    public static LiftedPairs Columns(LiftedPairs pairs, int start, int count) => new(
        new SnapshotPairs(
            pairs.Pairs.X.SelectColumns(start, count), pairs.Pairs.Y.SelectColumns(start, count),
            pairs.Pairs.Weights.Slice(start, count)),
        pairs.Inputs?.SelectColumns(start, count));

    public static LiftedPairs Columns(LiftedPairs pairs, IReadOnlyList<int> columns)
    {
        var (x, y) = (new Matrix(pairs.Pairs.X.Rows, columns.Count), new Matrix(pairs.Pairs.X.Rows, columns.Count));
        for (var j = 0; j < columns.Count; j++)
        {
            pairs.Pairs.X.Column(columns[j]).CopyTo(x.Column(j));
            pairs.Pairs.Y.Column(columns[j]).CopyTo(y.Column(j));
        }

        return new LiftedPairs(
            new SnapshotPairs(x, y, columns.Select(j => pairs.Pairs.Weights.Span[j]).ToArray()), null);
    }

    public static PairSummary Summary(LiftedPairs pairs, SummaryOptions options, ILinearAlgebra la)
    {
        var summary = new PairSummary(pairs.Pairs.X.Rows, pairs.Inputs?.Rows ?? 0, options, la);
        summary.Add(pairs);
        return summary;
    }

    /// <summary>S W S' of S = [X; U; Y].</summary>
    public static Matrix Moments(LiftedPairs pairs)
    {
        var (x, u, y) = (pairs.Pairs.X, pairs.Inputs, pairs.Pairs.Y);
        var joint = new Matrix((2 * x.Rows) + (u?.Rows ?? 0), x.Columns);
        for (var j = 0; j < x.Columns; j++)
        {
            x.Column(j).CopyTo(joint.Column(j));
            u?.Column(j).CopyTo(joint.Column(j)[x.Rows..]);
            y.Column(j).CopyTo(joint.Column(j)[(joint.Rows - x.Rows)..]);
        }

        return Matrices.Product(Matrices.Scaled(joint, pairs.Pairs.Weights.ToArray()), joint.Transpose());
    }

    public static Matrix Plus(Matrix a, Matrix b, double factor)
    {
        var sum = a.Copy();
        for (var i = 0; i < sum.AsSpan().Length; i++)
        {
            sum.AsSpan()[i] += factor * b.AsSpan()[i];
        }

        return sum;
    }
}
