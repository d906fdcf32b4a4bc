using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Jumps;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>One training with jumps or without, its loss against its own clock.</summary>
internal sealed record JumpRun
{
    /// <summary>Seconds of steps, snapshots, fits and probes at each check; those of the checks don't count.</summary>
    public required double[] Seconds { get; init; }

    /// <summary>Loss at each check.</summary>
    public required double[] Losses { get; init; }

    /// <summary>Seconds of a step.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>What jumping cost and brought; null without jumps.</summary>
    public JumpAccounts? Accounts { get; init; }

    /// <summary>Takes the steps.</summary>
    /// <param name="trainee">New: it is trained from its start.</param>
    /// <param name="budget">How many, and how many from one check of the loss to the next.</param>
    /// <param name="settings">How to jump; null not to.</param>
    /// <param name="tools">What predictions run on, and what time is taken by.</param>
    /// <param name="cancellationToken">Looked at often.</param>
    public static JumpRun Of(
        ITrainee trainee, (int Steps, int Every) budget, JumpSettings? settings,
        (ILinearAlgebra Algebra, TimeProvider Clock) tools, CancellationToken cancellationToken)
    {
        var jumps = settings is null ? null : new GuardedJumps(trainee, settings, tools.Algebra, tools.Clock);
        var (times, losses) = (new List<double>(), new List<double>());
        var (now, stepping, step) = (0.0, 0.0, 0);
        trainee.Train(budget.Steps, Observe, cancellationToken);
        return new JumpRun
        {
            Seconds = [.. times],
            Losses = [.. losses],
            StepSeconds = stepping / budget.Steps,
            Accounts = jumps?.Accounts,
        };

        double[]? Observe(ReadOnlySpan<double> weights, double seconds)
        {
            var started = tools.Clock.GetTimestamp();
            var jump = jumps?.AfterStep(weights, seconds, cancellationToken);
            now += seconds + (jumps is null ? 0 : tools.Clock.GetElapsedTime(started).TotalSeconds);
            stepping += seconds;
            if (++step % budget.Every == 0)
            {
                times.Add(now);
                losses.Add(trainee.Loss(jump ?? weights));
            }

            return jump;
        }
    }

    /// <summary>
    /// The first check at which the loss is no more than a target, counted from 0; null where there is none.
    /// </summary>
    public int? Reaches(double target) =>
        Array.FindIndex(Losses, loss => loss <= target) is >= 0 and var check ? check : null;

    /// <summary>The mean of the last checks: a level that is not the luck of one minibatch.</summary>
    public double Level(int checks) => Losses.TakeLast(checks).Average();
}
