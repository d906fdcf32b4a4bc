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

    /// <summary>Seconds and steps to the target where every jump is to the mean of the snapshots instead.</summary>
    public double? MeanSeconds { get; init; }

    public int? MeanSteps { get; init; }

    public required JumpRun Plain { get; init; }

    public required JumpRun Jumping { get; init; }

    /// <summary>Seconds that jumping brings on the way to the target; negative where it costs.</summary>
    public double? Net => PlainSeconds - JumpSeconds;

    /// <summary>What came of the runs of one seed; the one that jumps to means may be left out.</summary>
    public static JumpPair Of(
        uint seed, JumpRun plain, JumpRun jumping, JumpRun? means, (int Steps, int Every) budget)
    {
        var target = plain.Level(JumpTuning.LevelChecks);

        // The mean of the last checks is at least the least of them.
        var (check, jumped, averaged) = (
            plain.Reaches(target)!.Value, jumping.Reaches(target), means?.Reaches(target));
        return new JumpPair
        {
            Seed = seed,
            Target = target,
            PlainSeconds = plain.Seconds[check],
            PlainSteps = (check + 1) * budget.Every,
            JumpSeconds = jumped is { } at ? jumping.Seconds[at] : null,
            JumpSteps = (jumped + 1) * budget.Every,
            MeanSeconds = averaged is { } mean ? means!.Seconds[mean] : null,
            MeanSteps = (averaged + 1) * budget.Every,
            JumpLevel = jumping.Level(JumpTuning.LevelChecks),
            Accounts = jumping.Accounts!,
            Plain = plain,
            Jumping = jumping,
        };
    }
}
