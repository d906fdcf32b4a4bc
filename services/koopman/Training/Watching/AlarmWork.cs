using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Training.V1;
using AlarmOptions = KoopmanMesh.Numerics.Training.Verdicts.AlarmOptions;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>Judges how a run began, against others' beginnings or by the fixed rule.</summary>
internal static class AlarmWork
{
    /// <summary>With the snapshot that completes what is judged.</summary>
    public static AlarmEntry Judge(
        TrainingRun run, long index, ILinearAlgebra algebra, CancellationToken cancellationToken)
    {
        if (WhyNot(run, index + 1) is { } why)
        {
            return Failed(index, why);
        }

        try
        {
            var score = Score(run, index + 1, run.Manifest.Header.Window.Nearness, algebra, cancellationToken);
            return run.Manifest.NullRuns.Count == 0
                ? ByRule(run, index, score)
                : Against(run, index, score, algebra);
        }
        catch (Exception e) when (e is NotConvergedException or NonFiniteDataException or ArgumentException)
        {
            return Failed(index, e.Message.Split(" (Parameter", 2)[0]);
        }
    }

    /// <summary>Why the first snapshots of a run can't be judged; null where they can.</summary>
    public static string? WhyNot(TrainingRun run, long count) =>
        run.Ring.Count < count ? $"it has {run.Ring.Count} snapshots, {count} are judged"
        : run.Ring.FirstWhole > 0 ? "its first snapshots are no longer kept"
        : run.Snapshot(count - 1).StretchStart > 0 ? $"a break lies within the {count} snapshots that are judged"
        : null;

    public static AlarmScore Score(
        TrainingRun run, long count, double nearness, ILinearAlgebra algebra, CancellationToken cancellationToken)
    {
        using var first = run.Read(0, count);
        return InitialisationAlarm.Score(
            first, new AlarmOptions { JudgedAt = (int)count, Nearness = nearness }, algebra, cancellationToken);
    }

    private static AlarmEntry ByRule(TrainingRun run, long index, AlarmScore score)
    {
        var report = new AlarmReport { Step = StepOf(run, index), Score = score.Total, Raised = score.Fixed };
        return new AlarmEntry(index, score, report, $"by the uncalibrated rule {TextOf(score)}");
    }

    private static AlarmEntry Against(TrainingRun run, long index, AlarmScore score, ILinearAlgebra algebra)
    {
        var (nulls, rate) = (run.Manifest.NullRuns, run.Manifest.Header.Alarm.FalseAlarmRate);
        var judgement = InitialisationAlarm.Judge(score, nulls, rate, algebra);
        var report = new AlarmReport
        {
            Step = StepOf(run, index),
            Score = judgement.Score,
            Threshold = judgement.Threshold,
            Raised = judgement.Raised,
            NullRuns = nulls.Count,
            FalseAlarmRate = rate,
            PValue = judgement.PValue,
        };
        return new AlarmEntry(index, score, report, FormattableString.Invariant(
            $"among {nulls.Count} good runs the beginning is unusual by {judgement.Score:0.##}, the threshold is ")
            + FormattableString.Invariant($"{judgement.Threshold:0.##} (p = {judgement.PValue:0.####}): ")
            + TextOf(score));
    }

    private static string TextOf(AlarmScore score) =>
        FormattableString.Invariant($"{score.LossLeft:0.###} of the first loss is left, the mass near one is ")
        + FormattableString.Invariant($"{score.NearOneMass:0.###}, the largest eigenvalue {score.Instability:0.####}");

    private static long StepOf(TrainingRun run, long index) => run.Snapshot(index).Snapshot.Step;

    private static AlarmEntry Failed(long index, string why) =>
        new(index, Score: null, Report: null, $"how the run began could not be judged: {why}");
}
