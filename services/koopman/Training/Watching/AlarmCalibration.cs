using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>How stored runs that are known to be good began.</summary>
internal sealed class AlarmCalibration(TrainingStore store, TrainingGate gate, ILinearAlgebra algebra)
{
    private const string Field = "header.alarm.null_training_ids";

    /// <summary>One for each run that the header names.</summary>
    public async Task<IReadOnlyList<AlarmScore>> NullRunsAsync(
        TrainingHeader header, CancellationToken cancellationToken)
    {
        var (ids, rate) = (header.Alarm.NullTrainingIds, header.Alarm.FalseAlarmRate);
        if (ids.Count > 0 && ids.Count < ConformalQuantile.FewestRows(rate))
        {
            throw new InvalidRequestException(
                "NULL_RUNS_TOO_FEW",
                FormattableString.Invariant($"{ids.Count} null runs are too few for a false-alarm rate of {rate}, ")
                + $"expected at least {ConformalQuantile.FewestRows(rate)}",
                Field);
        }

        // Counted again a run makes the threshold look as if it were known from more of them.
        if (TrainingIds.Repeated(ids) is { } twice)
        {
            throw new InvalidRequestException(
                "NULL_RUN_TWICE", $"the null runs have training '{twice}' twice, expected every run once", Field);
        }

        var scores = new List<AlarmScore>();
        foreach (var id in ids)
        {
            using var lease = store.Read(TrainingIds.Require(id, Field));
            scores.Add(await ScoreAsync(lease.Run, header, cancellationToken));
        }

        return scores;
    }

    private async Task<AlarmScore> ScoreAsync(
        TrainingRun run, TrainingHeader header, CancellationToken cancellationToken)
    {
        var theirs = run.Manifest.Header;
        if (run.Layout.DifferenceFrom(header.Tensors.ToLayout()) is { } difference)
        {
            throw Unusable(run, $"its {difference}");
        }

        if (theirs.Alarm.JudgedAt == header.Alarm.JudgedAt && theirs.Window.Nearness == header.Window.Nearness
            && run.Alarm?.Score is { } known)
        {
            return known;
        }

        if (AlarmWork.WhyNot(run, header.Alarm.JudgedAt) is { } why)
        {
            throw Unusable(run, why);
        }

        try
        {
            return await gate.RunAsync(
                () => AlarmWork.Score(run, header.Alarm.JudgedAt, header.Window.Nearness, algebra, cancellationToken),
                cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw Unusable(run, e.Message.Split(" (Parameter", 2)[0]);
        }
    }

    private static PreconditionException Unusable(TrainingRun run, string why) => new(
        "NULL_RUN_UNUSABLE", run.Manifest.TrainingId,
        $"the alarm can't be calibrated on training '{run.Manifest.TrainingId}': {why}");
}
