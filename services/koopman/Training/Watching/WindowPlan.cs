using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>
/// When what is analysed: known from a run's records alone, so that a resumed run goes on as it would have.
/// </summary>
internal static class WindowPlan
{
    /// <summary>Whether a window ends with a snapshot.</summary>
    public static bool EndsAt(TrainingRun run, StoredSnapshot snapshot)
    {
        var beyond = snapshot.Index - snapshot.StretchStart + 1 - SpanOf(run);
        return beyond >= 0 && beyond % run.Manifest.Header.Window.Hop == 0;
    }

    /// <summary>Whether the alarm judges the run when a snapshot has come.</summary>
    public static bool IsJudgedAt(TrainingRun run, long index) => index == run.Manifest.Header.Alarm.JudgedAt - 1;

    /// <summary>
    /// Index of the first snapshot that the analysis of another reads; null where there is no analysis.
    /// </summary>
    public static long? FirstRead(TrainingRun run, long index)
    {
        var judged = IsJudgedAt(run, index) ? 0 : long.MaxValue;
        var window = EndsAt(run, run.Snapshot(index)) ? index + 1 - SpanOf(run) : long.MaxValue;
        return Math.Min(judged, window) is < long.MaxValue and var first ? first : null;
    }

    private static int SpanOf(TrainingRun run) => TrainingPlan.SpanOf(run.Manifest.Header.Window);
}
