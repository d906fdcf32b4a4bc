using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>
/// A trajectory read in slabs, some of its values over all snapshots (rows × snapshots), so that the memory needed
/// does not grow with the parameters. The cut depends on the sizes alone, so that the bits don't depend on the cores.
/// </summary>
internal static class TrajectorySlabs
{
    public const int DefaultRows = 16_384;

    // A slab takes 16 MB at most, and is not so flat that the work lies in joining factors.
    private const int MostElements = 1 << 21;
    private const int Abreast = 4;

    /// <summary>Values first … first + rows - 1 of every snapshot.</summary>
    public static Matrix Read(ITrajectory trajectory, long first, int rows)
    {
        var slab = new Matrix(rows, trajectory.Snapshots.Count);
        for (var k = 0; k < slab.Columns; k++)
        {
            trajectory.Read(k, first, slab.Column(k));
        }

        return slab;
    }

    /// <summary>Calls back with every slab and where it begins, a few at once, in no order.</summary>
    public static void ForEach(
        ITrajectory trajectory, int most, Action<long, Matrix> body, CancellationToken cancellationToken)
    {
        var (count, rows) = (trajectory.Layout.Count, RowsOf(trajectory, most));
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Abreast };
        Parallel.For(0, (count + rows - 1) / rows, options, i =>
            body(i * rows, Read(trajectory, i * rows, (int)Math.Min(rows, count - (i * rows)))));
    }

    /// <summary>
    /// R of G = Q R, G = [w_0 … w_m] p × (m + 1), min(p, m + 1) high (TSQR: Demmel, Grigori, Hoemmen and Langou 2012,
    /// SIAM J. Sci. Comput. 34(1)): all that a decomposition needs to know of the snapshots. O(p m^2), one pass.
    /// </summary>
    public static Matrix Factor(
        ITrajectory trajectory, int most, ILinearAlgebra la, CancellationToken cancellationToken)
    {
        var (count, n, rows) = (trajectory.Layout.Count, trajectory.Snapshots.Count, RowsOf(trajectory, most));
        if (count <= n)
        {
            return Read(trajectory, 0, (int)count);
        }

        Matrix? joined = null;
        for (var first = 0L; first < count; first += (long)Abreast * rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = first;
            var factors = new Matrix[(int)Math.Min(Abreast, (count - start + rows - 1) / rows)];
            Parallel.For(0, factors.Length, i =>
            {
                var from = start + ((long)i * rows);
                factors[i] = la.TriangularFactor(Read(trajectory, from, (int)Math.Min(rows, count - from)));
            });
            foreach (var factor in factors)
            {
                var square = Squared(factor);
                joined = joined is null ? square : la.JoinFactors(joined, square);
            }
        }

        return joined!;
    }

    /// <summary>A factor of fewer rows than columns with rows of zeros below.</summary>
    public static Matrix Squared(Matrix factor) => factor.Rows >= factor.Columns
        ? factor
        : factor.Above(new Matrix(factor.Columns - factor.Rows, factor.Columns));

    private static int RowsOf(ITrajectory trajectory, int most)
    {
        var n = trajectory.Snapshots.Count;
        return Math.Min(most, Math.Max(MostElements / Math.Max(1, n), 2 * n));
    }
}
