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

    /// <summary>O(p N min(p, N)), N snapshots in all; memory O(min(p, N)^2 + p) and a slab.</summary>
    public static GroupCoordinates Of(
        IReadOnlyList<ITrajectory> runs, int dimensions, ILinearAlgebra la, CancellationToken cancellationToken)
    {
        var all = new JoinedTrajectory(runs);
        var (p, n) = (all.Layout.Count, all.Snapshots.Count);
        if (Math.Min(p, n) > MostShort)
        {
            throw new ArgumentException(
                $"a group of {n} snapshots of {p} values is too large to compare, at most {MostShort} of either were "
                + "expected: take a layer, fewer runs or every so many-th snapshot");
        }

        var factor = p <= n
            ? TrajectorySlabs.Read(all, 0, (int)p)
            : TrajectorySlabs.Factor(all, TrajectorySlabs.DefaultRows, la, cancellationToken);
        var (coordinates, lost) = Leading(factor, dimensions, la);
        var (parts, start) = (new List<Matrix>(), 0);
        foreach (var run in runs)
        {
            parts.Add(coordinates.SelectColumns(start, run.Snapshots.Count));
            start += run.Snapshots.Count;
        }

        return new GroupCoordinates(parts, lost);
    }

    private static (Matrix Coordinates, double Lost) Leading(Matrix factor, int dimensions, ILinearAlgebra la)
    {
        var energy = factor.Energy();
        Guard.Finite([energy], "the runs to compare");
        if (factor.Rows <= dimensions)
        {
            return (factor, 0);
        }

        // The left directions of a wide matrix are those of the factor of its transpose.
        var directions = factor.Columns > factor.Rows
            ? la.ThinSvd(la.TransposedFactor(factor)).Vt.Transpose()
            : la.ThinSvd(factor).U;
        var kept = la.Times(directions.SelectColumns(0, dimensions), factor, transposeA: true);
        return (kept, energy > 0 ? Math.Max(0, 1 - (kept.Energy() / energy)) : 0);
    }
}
