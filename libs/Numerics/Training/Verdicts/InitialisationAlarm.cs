using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Training.Verdicts;

/// <summary>
/// Whether a run began badly, from its first snapshots (methods P1.4, a reconstruction [R]). Two answers: the fixed
/// rule, and a score whose threshold is calibrated on runs known to be good.
/// </summary>
public static class InitialisationAlarm
{
    /// <summary>The fixed rule's mass near one, from which on a run has stopped moving.</summary>
    public const double FixedMass = 0.95;

    /// <summary>The fixed rule's share of the first loss, above which that is too early.</summary>
    public const double FixedLoss = 0.5;

    /// <summary>The default false-alarm rate.</summary>
    public const double DefaultRate = 0.05;

    /// <summary>Scores the first snapshots of a run. O(p k^2).</summary>
    /// <param name="first">Its first <see cref="AlarmOptions.JudgedAt"/> snapshots, each with a loss.</param>
    /// <param name="options">When it is judged.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="cancellationToken">Looked at between slabs.</param>
    /// <exception cref="ShapeMismatchException">There are more or fewer snapshots.</exception>
    /// <exception cref="ArgumentException">A snapshot has no loss.</exception>
    public static AlarmScore Score(
        ITrajectory first, AlarmOptions options, ILinearAlgebra la, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(options);
        if (first.Snapshots.Count != options.JudgedAt)
        {
            throw new ShapeMismatchException(
                "the beginning of the run", $"{options.JudgedAt} snapshots long", $"{first.Snapshots.Count}");
        }

        var missing = first.Snapshots.FirstOrDefault(snapshot => snapshot.Loss is null);
        if (missing is not null)
        {
            throw new ArgumentException($"every snapshot judged has a loss, that of step {missing.Step} has none");
        }

        var pairs = Math.Min(WindowPairs, options.JudgedAt - 1);
        var window = WindowAnalysis.Analyze(
            new TrajectoryRange(first, first.Snapshots.Count - pairs - 1, pairs + 1),
            new WindowOptions { Length = pairs, Nearness = options.Nearness }, la,
            cancellationToken: cancellationToken);
        return Judge(window, first.Snapshots[0].Loss!.Value, first.Snapshots[^1].Loss!.Value);
    }

    /// <summary>
    /// The score that a good run stays below with probability at least 1 - rate, if it and the null runs are
    /// exchangeable: the ceil((n + 1)(1 - rate))-th smallest of their n scores.
    /// </summary>
    /// <exception cref="TooFewRowsException">There are fewer than 1 / rate - 1 null runs.</exception>
    public static double Calibrate(ReadOnlySpan<double> nullScores, double rate = DefaultRate) =>
        ConformalQuantile.Of(nullScores, rate);

    private const int WindowPairs = 1023;

    private static AlarmScore Judge(TrainingWindow window, double firstLoss, double lastLoss)
    {
        var left = firstLoss > 0 ? lastLoss / firstLoss : 0;
        var statistics = window.Statistics;
        var rest = window.Movement > 0 ? Math.Log10(Math.Max(window.StateNorm, 1e-300) / window.Movement) : 16;
        var isFixed = (statistics.NearOneMass >= FixedMass && lastLoss > FixedLoss * firstLoss) || window.IsUnstable;
        var total = Math.Log10(Math.Max(lastLoss, 1e-300)) + rest;
        return new AlarmScore(total, left, statistics.NearOneMass, statistics.Instability, rest, isFixed);
    }
}
