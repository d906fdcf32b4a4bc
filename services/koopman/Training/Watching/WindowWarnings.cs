using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>What limits the meaning of a window: told when it begins, not with every window it lasts for.</summary>
internal sealed class WindowWarnings(TrainingRun run)
{
    // Above this the dynamics within the window are not one map.
    private const double LearningRateChange = 0.01;

    private bool _jumps;
    private bool _rounds;
    private bool _lacksLoss;

    public IEnumerable<(string Reason, long Step, string Text)> Of(long last, TrainingWindow window)
    {
        var jump = LearningRateJump(last, window);
        if (jump is { } told && !_jumps)
        {
            yield return told;
        }

        var rounds = run.IsSingle && window.Movement <= WindowDefaults.SingleTolerance * window.StateNorm;
        if (rounds && !_rounds)
        {
            yield return ("FLOAT32_ROUNDING", window.LastStep, FormattableString.Invariant(
                $"over the window of steps {window.FirstStep} to {window.LastStep} the snapshots move by ")
                + FormattableString.Invariant($"{window.Movement:0.##e0} of a norm of {window.StateNorm:0.##e0}: as ")
                + "float32 that is rounding, not training");
        }

        var lacksLoss = window.LossSlope is null;
        if (lacksLoss && !_lacksLoss)
        {
            yield return ("NO_LOSSES", window.LastStep,
                $"no loss is known of every snapshot of steps {window.FirstStep} to {window.LastStep}: settled windows "
                + "can't be told from a plateau");
        }

        (_jumps, _rounds, _lacksLoss) = (jump is not null, rounds, lacksLoss);
    }

    private (string Reason, long Step, string Text)? LearningRateJump(long last, TrainingWindow window)
    {
        var span = TrainingPlan.SpanOf(run.Manifest.Header.Window);
        double? first = null;
        foreach (var (_, snapshot, _) in run.Snapshots(last + 1 - span, last + 1))
        {
            first ??= snapshot.LearningRate;
            if (snapshot.LearningRate is { } rate && Math.Abs(rate - first!.Value) > LearningRateChange * first.Value)
            {
                return ("LEARNING_RATE_JUMP", snapshot.Step, FormattableString.Invariant(
                    $"the learning rate goes from {first} to {rate} within the window of steps {window.FirstStep} to ")
                    + $"{window.LastStep}: its eigenvalues mix two dynamics");
            }
        }

        return null;
    }
}
