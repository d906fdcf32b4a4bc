using System.Diagnostics;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// Where the weights of a network will be, without its gradients (Dogra and Redman 2020, arXiv 2006.02361; methods
/// P3.3). Each block b of a partition has an operator of its own, K_b = Y_b X_b^+ on the states before and after, of
/// whose powers the prediction is made: w_b(t + T) = K_b^T w_b(t). What is not in the paper [R]: the constant (K x + b,
/// fitted about the means, so that the origin of the weights does not matter), delays, truncation, and eigenvalues
/// clipped to a modulus so that no mode runs away.
/// </summary>
/// <remarks>
/// Where X_b has fewer directions than rows, K_b is the operator of least norm, as by a pseudo-inverse. A clipped
/// eigenvalue keeps its fixed point: the mode goes on from where it is with the smaller modulus, and one that is
/// clipped to 1 stays. Blocks of more rows than snapshots are fitted in the space of the snapshots: their prediction is
/// a combination of these. Below a tolerance of 4e-7 that space is found by QR, which is as accurate as an SVD of all
/// rows, else by products, which lose what is below 1e-8 of the largest direction.
/// </remarks>
public static class WeightForecast
{
    /// <summary>The farthest horizon, in snapshots.</summary>
    public const long FarthestStep = 1_000_000_000;

    private const int FewestSnapshots = 3;

    /// <summary>
    /// Fits the snapshots and predicts the weights some snapshots after the last one. The same bits for any number of
    /// threads. O(p m min(d, m)) for blocks of d values and m snapshots, one pass over them; a block of more than 64 MB
    /// takes two.
    /// </summary>
    /// <param name="trajectory">At least 3 snapshots, and 2 more than delays.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="steps">Snapshots ahead, each 1 to 1,000,000,000; at least one.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="progress">Told the fraction that is done.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    /// <exception cref="ArgumentException">
    /// The partition needs a structure that the layout does not have, or the snapshots are too few.
    /// </exception>
    /// <exception cref="NonFiniteDataException">
    /// Without a clip, a prediction grew beyond what a double holds; it names the block.
    /// </exception>
    public static ForecastResult Run(
        ITrajectory trajectory, ForecastOptions options, IReadOnlyList<long> steps, ILinearAlgebra la,
        IProgress<double>? progress, CancellationToken cancellationToken) =>
        RunWithin(new BlockLimits(), trajectory, options, steps, la, progress, cancellationToken);

    internal static ForecastResult RunWithin(
        BlockLimits limits, ITrajectory trajectory, ForecastOptions options, IReadOnlyList<long> steps,
        ILinearAlgebra la, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(la);
        var fitted = Check(trajectory, options, steps);
        var started = Stopwatch.GetTimestamp();
        var plan = new BlockPlan(
            fitted.Layout, options.Partition, options.Delays, fitted.Snapshots.Count, limits);
        plan.Check();
        var rules = new FitRules(
            options.HasConstant, options.Delays, options.ToleranceFor(fitted.IsSingle), options.Rank, options.Clip);
        var task = new ForecastTask(
            rules, steps, fitted.IsSingle ? ForecastTask.SingleRounding : ForecastTask.DoubleRounding);
        var run = new ForecastRun(fitted, task, plan, la);
        var tally = run.Run(progress, cancellationToken);
        return new ForecastResult(steps, run.Weights, tally.Summary(
            fitted.Snapshots.Count, fitted.Snapshots[^1].Step, Stopwatch.GetElapsedTime(started)));
    }

    private static ITrajectory Check(ITrajectory trajectory, ForecastOptions options, IReadOnlyList<long> steps)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
        {
            throw new ArgumentException("a forecast has at least one horizon, got none", nameof(steps));
        }

        foreach (var step in steps)
        {
            if (step is < 1 or > FarthestStep)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(steps), step, $"a horizon is 1 to {FarthestStep} snapshots ahead");
            }
        }

        var (all, needed) = (trajectory.Snapshots.Count, Math.Max(FewestSnapshots, options.Delays + 2));
        var taken = Math.Min(all, options.Snapshots ?? all);
        if (taken < needed)
        {
            throw new ArgumentException(
                $"a forecast with {options.Delays} snapshots stacked in one takes at least {needed} snapshots, "
                + $"got {taken}", nameof(trajectory));
        }

        if (trajectory.Layout.Count > Array.MaxLength)
        {
            throw new ArgumentException(
                $"a forecast is of at most {Array.MaxLength} values, got {trajectory.Layout.Count}",
                nameof(trajectory));
        }

        return taken == all ? trajectory : new TrajectoryRange(trajectory, all - taken, taken);
    }
}
