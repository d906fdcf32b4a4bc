using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Training.Verdicts;

/// <summary>
/// Whether a run began badly, from its first snapshots (methods P1.4, a reconstruction [R]). Two answers. The fixed
/// rule: (rho ≥ 0.95 while more than half of the first loss is left) or |lambda| > 1.02. And a judgement against runs
/// known to be good: five numbers of loss and spectrum, and how far they lie from those runs' together. What a bad
/// beginning looks like depends on the optimizer (plain descent thrashes about, Adam hardly moves for the size of its
/// weights), what is usual is learnt. The loss alone, judged the same way, is the baseline that this has to beat.
/// </summary>
public static class InitialisationAlarm
{
    /// <summary>The fixed rule's mass near one, from which on a run has stopped moving.</summary>
    public const double FixedMass = 0.95;

    /// <summary>The fixed rule's share of the first loss, above which that is too early.</summary>
    public const double FixedLoss = 0.5;

    /// <summary>The default false-alarm rate.</summary>
    public const double DefaultRate = 0.05;

    private const int MostPairs = 1023;
    private const double MostRest = 16;

    // Runs that differ by less than a thousandth of a decade are the same.
    private const double LeastVariance = 1e-6;

    /// <summary>Reads off the first snapshots of a run what it is judged by. O(p k^2).</summary>
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

        if (first.Snapshots.FirstOrDefault(snapshot => snapshot.Loss is null) is { } missing)
        {
            throw new ArgumentException(
                $"every snapshot that is judged has a loss, that of step {missing.Step} has none", nameof(first));
        }

        var pairs = Math.Min(MostPairs, options.JudgedAt - 1);
        var window = WindowAnalysis.Analyze(
            new TrajectoryRange(first, first.Snapshots.Count - pairs - 1, pairs + 1),
            new WindowOptions { Length = pairs, Nearness = options.Nearness }, la,
            cancellationToken: cancellationToken);
        return Describe(window, first.Snapshots[0].Loss!.Value, first.Snapshots[^1].Loss!.Value);
    }

    /// <summary>
    /// Full conformal judgement (Vovk, Gammerman and Shafer 2005): all n + 1 runs are measured from their common mean
    /// by their common covariance, in the same way, and the alarm is raised when the run lies further out than the
    /// ceil((n + 1)(1 - rate))-th of the n null runs. If the run is a good one, exchangeable with the null runs, that
    /// happens with probability at most <paramref name="rate"/>, whatever the distribution, and with probability about
    /// the rate and no less: for fewer false alarms ask for a lower rate, which needs more null runs. O(n).
    /// </summary>
    /// <param name="run">The run in question.</param>
    /// <param name="nullRuns">Runs known to be good, of the same task, judged at the same snapshot.</param>
    /// <param name="rate">In (0, 1).</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <exception cref="TooFewRowsException">There are fewer than 1 / rate - 1 null runs.</exception>
    public static AlarmJudgement Judge(
        AlarmScore run, IReadOnlyList<AlarmScore> nullRuns, double rate, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(nullRuns);
        ArgumentNullException.ThrowIfNull(la);
        var distances = Distances([.. nullRuns.Select(known => known.Features()), run.Features()], la);
        var own = distances[^1];
        var others = distances.AsSpan(0, nullRuns.Count);
        var threshold = ConformalQuantile.Of(others, rate);
        var atLeast = 1;
        foreach (var other in others)
        {
            atLeast += other >= own ? 1 : 0;
        }

        return new AlarmJudgement(own, threshold, atLeast / (nullRuns.Count + 1.0), own > threshold);
    }

    /// <summary>
    /// Of any one number that is larger for worse runs, such as the loss alone: what a good run stays below with
    /// probability at least 1 - rate, if it and the null runs are exchangeable, the ceil((n + 1)(1 - rate))-th smallest
    /// of the null runs' n numbers. <see cref="Judge"/> has all the numbers together and both directions.
    /// </summary>
    /// <exception cref="TooFewRowsException">There are fewer than 1 / rate - 1 null runs.</exception>
    public static double Calibrate(ReadOnlySpan<double> nullScores, double rate = DefaultRate) =>
        ConformalQuantile.Of(nullScores, rate);

    private static AlarmScore Describe(TrainingWindow window, double firstLoss, double lastLoss)
    {
        var statistics = window.Statistics;
        var transients = 0.0;
        foreach (var mode in window.Modes)
        {
            var isNear = ConvergenceStatistics.IsNearOne(mode.Eigenvalue, window.Options.Nearness);
            transients += isNear ? 0 : mode.Importance;
        }

        var stalled = statistics.NearOneMass >= FixedMass && lastLoss > FixedLoss * firstLoss;
        return new AlarmScore(
            lastLoss,
            firstLoss > 0 ? lastLoss / firstLoss : 0,
            statistics.NearOneMass,
            window.StateNorm > 0 ? transients / window.StateNorm : 0,
            statistics.Instability,
            window.Movement > 0 && window.StateNorm > 0
                ? Math.Min(MostRest, Math.Log10(window.StateNorm / window.Movement))
                : MostRest,
            stalled || window.IsUnstable);
    }

    /// <summary>(x - mean)' C^(-1) (x - mean) of every run, C their covariance.</summary>
    private static double[] Distances(double[][] runs, ILinearAlgebra la)
    {
        var centred = new Matrix(AlarmScore.FeatureCount, runs.Length);
        for (var i = 0; i < centred.Rows; i++)
        {
            var mean = runs.Average(run => run[i]);
            for (var j = 0; j < runs.Length; j++)
            {
                centred[i, j] = runs[j][i] - mean;
            }
        }

        Guard.Finite(centred, "what runs are judged by");
        var covariance = la.SymmetricProduct(centred);
        for (var i = 0; i < covariance.Rows; i++)
        {
            // In the units of the sum, so that the floor is one of the variance.
            covariance[i, i] += runs.Length * LeastVariance;
        }

        var lower = la.Cholesky(covariance)
            ?? throw new NonFiniteDataException("the covariance of what runs are judged by", covariance[0, 0]);
        var white = la.SolveLower(lower, centred, transpose: false);
        var distances = new double[runs.Length];
        for (var j = 0; j < runs.Length; j++)
        {
            distances[j] = runs.Length * TensorPrimitives.SumOfSquares<double>(white.Column(j));
        }

        return distances;
    }
}
