using System.Collections.Immutable;
using System.Numerics;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Training.Comparison;

/// <summary>
/// How far apart the dynamics of two groups of training runs are (Redman et al. 2024, NeurIPS, methods S3). Runs whose
/// maps are conjugate have one spectrum, so the distance is that of the spectra. Immutable.
/// </summary>
public sealed record RunComparison
{
    /// <summary>Wasserstein-1: mean |lambda_a - lambda_b| under the best matching.</summary>
    public required double Distance { get; init; }

    /// <summary>
    /// (1 + exchanges at least as far apart) / (1 + exchanges), exchanging matched eigenvalues between the groups as S3
    /// does. See <see cref="PairExchange"/> for what it can't say.
    /// </summary>
    public required double PairPValue { get; init; }

    /// <summary>
    /// Exchanging whole runs between the groups; null with fewer than three runs in one. The one to go by: its null
    /// hypothesis is that the groups are draws of one kind of run.
    /// </summary>
    public required RunExchange? Runs { get; init; }

    /// <summary>Modes of the first group, by descending |lambda|.</summary>
    public required ImmutableArray<TrainingMode> First { get; init; }

    /// <summary>Modes of the second group, in the order of their partners.</summary>
    public required ImmutableArray<TrainingMode> Second { get; init; }

    /// <summary>Fraction of the snapshots' energy lost by reduction to few directions, the larger of both.</summary>
    public required double Lost { get; init; }

    /// <summary>What a careful reader should know, a sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>
    /// Compares two groups, each of runs of one network (the networks may differ). Each run is delayed for itself, the
    /// pairs of a group are concatenated, and DMD keeps k directions. O(p N min(p, N)) for N snapshots of a group,
    /// once, then small.
    /// </summary>
    /// <param name="first">At least one run.</param>
    /// <param name="second">At least one run.</param>
    /// <param name="options">How.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="cancellationToken">Looked at between slabs and exchanges.</param>
    /// <exception cref="ShapeMismatchException">A group is empty, its runs differ, or one is too short.</exception>
    /// <exception cref="ArgumentException">A group is too large.</exception>
    public static RunComparison Compare(
        IReadOnlyList<ITrajectory> first, IReadOnlyList<ITrajectory> second, ComparisonOptions options,
        ILinearAlgebra la, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        Check(first, options, "first");
        Check(second, options, "second");
        var a = GroupCoordinates.Of(first, options, la, cancellationToken);
        var b = GroupCoordinates.Of(second, options, la, cancellationToken);
        var (mine, theirs) = (RunSpectra.Of(a.Runs, options, la), RunSpectra.Of(b.Runs, options, la));
        var warnings = new List<string>();
        (mine, theirs) = Level(mine, theirs, options, warnings);
        var (x, y) = (RunSpectra.Eigenvalues(mine), RunSpectra.Eigenvalues(theirs));
        var match = SpectrumDistance.Match(x, y);
        y = Array.ConvertAll(match, j => y[j]);
        return new RunComparison
        {
            Distance = SpectrumDistance.Wasserstein(x, y),
            PairPValue = PairExchange.PValue(x, y, options.Permutations, options.Seed, cancellationToken),
            Runs = first.Count >= RunExchange.Fewest && second.Count >= RunExchange.Fewest
                ? RunExchange.Of(a.Runs, b.Runs, options, la, cancellationToken)
                : null,
            First = [.. mine],
            Second = [.. match.Select(j => theirs[j])],
            Lost = Math.Max(a.Lost, b.Lost),
            Warnings = warnings,
        };
    }

    private static void Check(IReadOnlyList<ITrajectory> runs, ComparisonOptions options, string which)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            throw new ShapeMismatchException($"the {which} group", "at least 1 run", "0");
        }

        var shortest = runs.Min(run => run.Snapshots.Count);
        if (shortest <= options.Delays)
        {
            throw new ShapeMismatchException(
                $"the shortest run of the {which} group",
                $"at least {options.Delays + 1} snapshots for {options.Delays} delays", $"{shortest}");
        }
    }

    /// <summary>Both spectra at the length of the shorter one.</summary>
    private static (TrainingMode[] A, TrainingMode[] B) Level(
        TrainingMode[] a, TrainingMode[] b, ComparisonOptions options, List<string> warnings)
    {
        var count = Math.Min(a.Length, b.Length);
        if (count == 0)
        {
            throw new ShapeMismatchException("the runs to compare", "something else than zeros", "zeros");
        }

        if (count < options.Modes)
        {
            warnings.Add(
                $"the groups have {a.Length} and {b.Length} modes, so that {count} were compared instead of "
                + $"{options.Modes}: those of largest modulus");
        }

        return (a[..count], b[..count]);
    }
}
