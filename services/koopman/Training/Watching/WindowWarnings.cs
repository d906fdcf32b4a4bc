using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>What limits the meaning of a window: told when it begins, not with every window it lasts for.</summary>
internal sealed class WindowWarnings(TrainingRun run)
{
    private bool _jumps;
    private bool _rounds;
    private bool _lacksLoss;

    public IEnumerable<(string Reason, long Step, string Text)> Of(long last, TrainingWindow window)
    {
        var jump = RateJump(last, window);
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

    private (string Reason, long Step, string Text)? RateJump(long last, TrainingWindow window)
    {
        var span = TrainingPlan.SpanOf(run.Manifest.Header.Window);
        return LearningRateJump.In(run.Snapshots(last + 1 - span, last + 1).Select(stored => stored.Snapshot)) is { } jump
            ? ("LEARNING_RATE_JUMP", jump.Step, FormattableString.Invariant(
                $"the learning rate goes from {jump.From} to {jump.To} within the window of steps {window.FirstStep} to ")
                + $"{window.LastStep}: its eigenvalues mix two dynamics")
            : null;
    }
}
