using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Training.Verdicts;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>One sentence on a run: the worst that is known of it, else where it stands.</summary>
internal static class Verdicts
{
    public static string Of(TrainingRun run, TrainingJudge judge)
    {
        // A run that finished after all shows that the alarm was wrong about it.
        if (run.Alarm is { Report.Raised: true } alarm && judge.Decision?.Verdict != StopVerdict.Stop)
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
            _ => $"healthy: training still moves; {decision.Text}",
        };
    }
}
