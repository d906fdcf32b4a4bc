using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Training.Comparison;

/// <summary>
/// The runs of a group in the leading left singular directions of all their snapshots together. An isometry of the
/// snapshots' span changes no spectrum, so that with all directions kept this is exact; with fewer it is the reduction
/// that methods S3 asks for with large networks, without centring.
/// </summary>
/// <param name="Runs">d × T_i each.</param>
/// <param name="Lost">Fraction of the snapshots' energy in directions left out.</param>
internal sealed record GroupCoordinates(IReadOnlyList<Matrix> Runs, double Lost)
{
    // The shorter side of all snapshots of a group, side by side: its square is held and decomposed.
    private const int MostShort = 4096;

    // Numbers of a group's stacked snapshots: 512 MB, and as much again for their successors.
    private const long MostStacked = 1L << 26;

    // Snapshots that are read at once where there are more of them than values.
    private const int Piece = 1024;

    /// <summary>O(p N min(p, N)), N snapshots in all; memory O(min(p, N)^2) and what is kept.</summary>
    public static GroupCoordinates Of(
        IReadOnlyList<ITrajectory> runs, ComparisonOptions options, ILinearAlgebra la,
        CancellationToken cancellationToken)
    {
        var all = new JoinedTrajectory(runs);
        var (p, n) = (all.Layout.Count, all.Snapshots.Count);
        var stacked = Math.Min(Math.Min(p, n), options.Dimensions) * options.Delays * n;
        if (Math.Min(p, n) > MostShort || stacked > MostStacked)
        {
            throw new ArgumentException(
                $"a group of {n} snapshots of {p} values is too large to compare, at most {MostShort} of either and "
                + $"{MostStacked} numbers stacked were expected, got {stacked}: take a layer, fewer runs, fewer "
                + "directions or every so many-th snapshot");
        }

        return p > n ? OfLong(runs, all, options.Dimensions, la, cancellationToken)
            : OfMany(runs, all, options.Dimensions, la, cancellationToken);
    }

    /// <summary>More values than snapshots: the snapshots' triangular factor stands for them.</summary>
    private static GroupCoordinates OfLong(
        IReadOnlyList<ITrajectory> runs, JoinedTrajectory all, int dimensions, ILinearAlgebra la,
        CancellationToken cancellationToken)
    {
        var factor = TrajectorySlabs.Factor(all, TrajectorySlabs.DefaultRows, la, cancellationToken);
        var energy = Finite(factor.Energy());
        var kept = factor.Rows <= dimensions
            ? factor
            : la.Times(la.ThinSvd(factor).U.SelectColumns(0, dimensions), factor, transposeA: true);
        var (parts, start) = (new Matrix[runs.Count], 0);
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = kept.SelectColumns(start, runs[i].Snapshots.Count);
            start += parts[i].Columns;
        }

        return new GroupCoordinates(parts, Missing(kept.Energy(), energy));
    }

    /// <summary>
    /// More snapshots than values: their transpose has a triangular factor, whose right singular vectors are the
    /// snapshots' left ones.
    /// </summary>
    private static GroupCoordinates OfMany(
        IReadOnlyList<ITrajectory> runs, JoinedTrajectory all, int dimensions, ILinearAlgebra la,
        CancellationToken cancellationToken)
    {
        var p = (int)all.Layout.Count;
        var (factor, energy) = (default(Matrix), 0.0);
        for (var first = 0; first < all.Snapshots.Count && p > dimensions; first += Piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var piece = Columns(all, first, Math.Min(Piece, all.Snapshots.Count - first));
            factor = TrajectorySlabs.Squared(la.AppendToFactor(factor, piece.AsSpan(), p, piece.Columns));
        }

        var directions = factor is null
            ? null
            : la.ThinSvd(factor).Vt.SelectRows(0, dimensions);
        var (parts, kept) = (new Matrix[runs.Count], 0.0);
        for (var i = 0; i < parts.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var run = Columns(runs[i], 0, runs[i].Snapshots.Count);
            energy += run.Energy();
            parts[i] = directions is null ? run : la.Times(directions, run);
            kept += parts[i].Energy();
        }

        return new GroupCoordinates(parts, Missing(kept, Finite(energy)));
    }

    private static Matrix Columns(ITrajectory run, int first, int count)
    {
        var columns = new Matrix((int)run.Layout.Count, count);
        for (var k = 0; k < count; k++)
        {
            run.Read(first + k, 0, columns.Column(k));
        }

        return columns;
    }

    private static double Missing(double kept, double energy) => energy > 0 ? Math.Max(0, 1 - (kept / energy)) : 0;

    private static double Finite(double energy)
    {
        Guard.Finite([energy], "the runs to compare");
        return energy;
    }
}
