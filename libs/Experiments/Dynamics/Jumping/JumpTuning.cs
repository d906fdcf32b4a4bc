using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>What was chosen on the tuning seeds, and what it was chosen from.</summary>
internal sealed record JumpTuning
{
    /// <summary>Checks that a run's level is the mean of.</summary>
    public const int LevelChecks = 5;

    // What a run counts as that never gets to the other's level: it took twice as long.
    private const double NeverReached = 2;

    /// <summary>Index of the optimizer with the least level.</summary>
    public required int Optimizer { get; init; }

    /// <summary>Index of the way to jump that reaches the optimizer's level soonest.</summary>
    public required int Settings { get; init; }

    /// <summary>Mean level of each optimizer; NaN where a run diverged.</summary>
    public required double[] Levels { get; init; }

    /// <summary>Mean seconds to the optimizer's level over its own, for each way to jump.</summary>
    public required double[] Times { get; init; }

    /// <summary>Jumps kept and rejected, for each way, over all tuning seeds.</summary>
    public required int[] Kept { get; init; }

    public required int[] Rejected { get; init; }

    public static JumpTuning Of(
        JumpProblem problem, ILinearAlgebra algebra, Action<string> report, CancellationToken cancellationToken)
    {
        double[] levels = [.. problem.Optimizers.Select((optimizer, i) =>
        {
            report($"tuning {optimizer.Name}");
            return problem.TuningSeeds.Average(
                seed => problem.Run(i, null, seed, algebra, cancellationToken).Level(LevelChecks));
        })];
        var best = Array.IndexOf(levels, levels.Where(double.IsFinite).Min());
        var alone = problem.TuningSeeds.Select(
            seed => problem.Run(best, null, seed, algebra, cancellationToken)).ToArray();
        var pairs = problem.Settings.Select(settings =>
        {
            report($"tuning {settings.Name}");
            return problem.TuningSeeds.Zip(alone, (seed, plain) => JumpPair.Of(
                seed, plain, problem.Run(best, settings, seed, algebra, cancellationToken), null, problem.Budget))
                .ToArray();
        }).ToArray();
        double[] times = [.. pairs.Select(own => own.Average(
            pair => pair.JumpSeconds is { } seconds ? seconds / pair.PlainSeconds : NeverReached))];
        return new JumpTuning
        {
            Optimizer = best,
            Settings = Array.IndexOf(times, times.Min()),
            Levels = levels,
            Times = times,
            Kept = [.. pairs.Select(own => own.Sum(pair => pair.Accounts.Kept))],
            Rejected = [.. pairs.Select(own => own.Sum(pair => pair.Accounts.Rejected))],
        };
    }
}
