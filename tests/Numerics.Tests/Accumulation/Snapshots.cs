using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

/// <summary>Seeded snapshot pairs, and their moments computed the plain way: two passes, one loop.</summary>
internal sealed class Snapshots
{
    private Snapshots(int before, int after, int rows)
    {
        (BeforeWidth, AfterWidth, Rows) = (before, after, rows);
        (Before, After) = (new float[rows * before], new float[rows * after]);
    }

    public int BeforeWidth { get; }

    public int AfterWidth { get; }

    public int Rows { get; }

    public float[] Before { get; }

    public float[] After { get; }

    /// <summary>Gaussian x about an offset, y a ReLU of a mix of x.</summary>
    public static Snapshots Relu(int before, int after, int rows, int seed, double offset = 0)
    {
        var (random, snapshots) = (new Random(seed), new Snapshots(before, after, rows));
        var weights = Matrices.Gaussian(after, before, seed + 1);
        for (var r = 0; r < rows; r++)
        {
            for (var i = 0; i < before; i++)
            {
                snapshots.Before[(r * before) + i] = (float)(offset + Matrices.NextGaussian(random));
            }

            for (var j = 0; j < after; j++)
            {
                var sum = 0.3 * Matrices.NextGaussian(random);
                for (var i = 0; i < before; i++)
                {
                    sum += weights[j, i] * (snapshots.Before[(r * before) + i] - offset);
                }

                snapshots.After[(r * after) + j] = (float)(offset + Math.Max(0, sum));
            }
        }

        return snapshots;
    }

    public ReadOnlySpan<float> BeforeRows(int start, int count) =>
        Before.AsSpan(start * BeforeWidth, count * BeforeWidth);

    public ReadOnlySpan<float> AfterRows(int start, int count) => After.AsSpan(start * AfterWidth, count * AfterWidth);

    public double Value(int row, int feature) => feature < BeforeWidth
        ? Before[(row * BeforeWidth) + feature]
        : After[(row * AfterWidth) + feature - BeforeWidth];

    /// <summary>Row r counted times(r) times.</summary>
    public PairMoments TwoPass(Func<int, int>? times = null)
    {
        var (width, weight) = (BeforeWidth + AfterWidth, times ?? (_ => 1));
        var (mean, scatter, count) = (new double[width], new Matrix(width, width), 0.0);
        for (var r = 0; r < Rows; r++)
        {
            count += weight(r);
        }

        for (var i = 0; i < width; i++)
        {
            for (var r = 0; r < Rows; r++)
            {
                mean[i] += weight(r) * Value(r, i) / count;
            }
        }

        for (var r = 0; r < Rows; r++)
        {
            for (var j = 0; j < width; j++)
            {
                for (var i = 0; i < width; i++)
                {
                    scatter[i, j] += weight(r) * (Value(r, i) - mean[i]) * (Value(r, j) - mean[j]);
                }
            }
        }

        return new PairMoments(BeforeWidth, AfterWidth, count, mean, scatter);
    }

    public static void Close(PairMoments expected, PairMoments actual, double tolerance)
    {
        Assert.Equal((expected.BeforeWidth, expected.AfterWidth), (actual.BeforeWidth, actual.AfterWidth));
        Assert.Equal(expected.Count, actual.Count, 1e-9);
        Assert.Equal(expected.Mean.Length, actual.Mean.Length);
        var scale = Math.Max(1, expected.Mean.Max(Math.Abs));
        Assert.All(expected.Mean.Zip(actual.Mean), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
        Assert.InRange(
            Matrices.Distance(expected.Scatter, actual.Scatter) / Math.Max(1e-300, Matrices.Norm(expected.Scatter)),
            0,
            tolerance);
    }
}
