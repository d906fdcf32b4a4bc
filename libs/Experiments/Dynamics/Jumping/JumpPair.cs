using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Jumps;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>One seed trained by the optimizer alone and with jumps.</summary>
internal sealed record JumpPair
{
    public required uint Seed { get; init; }

    /// <summary>The loss both are to reach: the optimizer's level at its end.</summary>
    public required double Target { get; init; }

    /// <summary>Seconds and steps of the optimizer alone to the target.</summary>
    public required double PlainSeconds { get; init; }

    public required int PlainSteps { get; init; }

    /// <summary>The same with jumps; null where as many steps as the optimizer has don't get there.</summary>
    public double? JumpSeconds { get; init; }

    public int? JumpSteps { get; init; }

    /// <summary>Level at the end with jumps.</summary>
    public required double JumpLevel { get; init; }

    /// <summary>What jumping cost and brought, over the whole run.</summary>
    public required JumpAccounts Accounts { get; init; }

    public required JumpRun Plain { get; init; }

    public required JumpRun Jumping { get; init; }

    /// <summary>Seconds that jumping brings on the way to the target; negative where it costs.</summary>
    public double? Net => PlainSeconds - JumpSeconds;

    public static JumpPair Of(
        JumpProblem problem, int optimizer, JumpSettings settings, uint seed, ILinearAlgebra algebra,
        CancellationToken cancellationToken)
    {
        var tools = (algebra, TimeProvider.System);
        var options = problem.Optimizers[optimizer].Options;
        var plain = JumpRun.Of(problem.Make(options, seed), problem.Budget, null, tools, cancellationToken);
        var jumping = JumpRun.Of(problem.Make(options, seed), problem.Budget, settings, tools, cancellationToken);
        var target = plain.Level(JumpTuning.LevelChecks);

        // The mean of the last checks is at least the least of them.
        var (check, jumped) = (plain.Reaches(target)!.Value, jumping.Reaches(target));
        return new JumpPair
        {
            Seed = seed,
            Target = target,
            PlainSeconds = plain.Seconds[check],
            PlainSteps = (check + 1) * problem.Budget.Every,
            JumpSeconds = jumped is { } at ? jumping.Seconds[at] : null,
            JumpSteps = (jumped + 1) * problem.Budget.Every,
            JumpLevel = jumping.Level(JumpTuning.LevelChecks),
            Accounts = jumping.Accounts!,
            Plain = plain,
            Jumping = jumping,
        };
    }
}
