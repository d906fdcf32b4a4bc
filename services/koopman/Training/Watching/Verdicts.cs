using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Training.Verdicts;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>One sentence on a run: the worst that is known of it, else where it stands.</summary>
internal static class Verdicts
{
    // Of the first loss: what is left where a network has learnt next to nothing.
    private const double Stuck = 0.95;

    public static string Of(TrainingRun run, TrainingJudge judge)
    {
        // Without null runs the alarm goes by a rule that is often wrong: a mark, but no verdict. And a run that
        // finished after all shows that the alarm was wrong about it.
        if (run.Alarm is { Report: { Raised: true, NullRuns: > 0 } } alarm
            && judge.Decision?.Verdict != StopVerdict.Stop)
        {
            return $"badly initialised: {alarm.Text}";
        }

        if (judge.Newest is not { } newest || judge.Decision is not { } decision)
        {
            return $"too short to tell: {run.Ring.Count} snapshots came, a window takes "
                + $"{TrainingPlan.SpanOf(run.Manifest.Header.Window)} without a break";
        }

        return (newest.IsUnstable, decision.Verdict) switch
        {
            (true, _) => FormattableString.Invariant($"unstable: at step {newest.LastStep} an eigenvalue of modulus ")
                + FormattableString.Invariant($"{newest.Statistics.Instability:0.####} is trusted"),
            (_, StopVerdict.Stop) => $"finished: {decision.Text}",
            (_, StopVerdict.Plateau) => $"stalled: {decision.Text}",
            _ when LossLeft(run) is > Stuck and var left =>
                FormattableString.Invariant($"not learning: {left:P1} of the first loss is left; {decision.Text}"),
            _ => $"healthy: training still moves; {decision.Text}",
        };
    }

    private static double? LossLeft(TrainingRun run) =>
        run.Snapshot(0).Snapshot.Loss is > 0 and var first && run.Last?.Snapshot.Loss is { } last ? last / first : null;
}
