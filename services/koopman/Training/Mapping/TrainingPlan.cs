using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;
using AlarmOptions = KoopmanMesh.Training.V1.AlarmOptions;
using JudgedAlarm = KoopmanMesh.Numerics.Training.Verdicts.AlarmOptions;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>A header with every default filled in, or what is wrong with it.</summary>
internal static class TrainingPlan
{
    /// <summary>
    /// Slots beside the history: one being written, the others so that windows may lag behind snapshots.
    /// </summary>
    public const int SpareSlots = 5;

    private const int MostLayers = 256;
    private const int MostSnapshots = 1 << 28;

    // Their losses, predicted and true, are in one message of the report.
    private const int MostBacktest = 30_000;

    public static TrainingHeader Resolve(TrainingHeader sent, TrainingServiceOptions options)
    {
        LayoutMapping.Require(sent.Tensors, options.MaxParameters);
        Require(
            sent.ElementType is ElementType.Float32 or ElementType.Float64, "element_type",
            $"is {sent.ElementType}, expected Float32 or Float64");
        Require(Enum.IsDefined(sent.Observable), "observable", $"is {(int)sent.Observable}, expected an Observable");
        Require(sent.PlannedSnapshots >= 0, "planned_snapshots", $"is {sent.PlannedSnapshots}, expected 0 or more");
        Require(
            sent.Backtest <= MostBacktest, "backtest",
            $"is {sent.Backtest}, expected at most {MostBacktest} snapshots");
        Require(sent.History >= 0, "history", $"is {sent.History}, expected 0 or more");
        var header = sent.Clone();
        header.Observable = sent.Observable == Observable.Unspecified ? Observable.Weights : sent.Observable;
        var single = sent.ElementType == ElementType.Float32;
        header.Window = WindowDefaults.Resolve(sent.Window, header.Observable, single, "header.window");
        header.Stop = StopDefaults.Resolve(sent.Stop, "header.stop");
        header.Alarm = ResolveAlarm(sent.Alarm, sent.PlannedSnapshots);
        header.Jump = JumpDefaults.Resolve(sent.Jump, header.Window, "header.jump");
        header.Forecast = ForecastDefaults.Resolve(sent.Forecast, sent.Tensors, single, "header.forecast");
        header.Backtest = sent.Backtest == 0 ? header.Window.Length / 2 : Math.Max(sent.Backtest, -1);
        RequireFewLayers(header);
        header.History = HistoryOf(header, options.MaxRunBytes);
        return header;
    }

    /// <summary>Snapshots of a window: its pairs, and what the delays take.</summary>
    public static int SpanOf(WindowOptions window) => window.Length + window.Delays;

    private static AlarmOptions ResolveAlarm(AlarmOptions? sent, long planned)
    {
        var alarm = sent?.Clone() ?? new AlarmOptions();
        Require(
            alarm.JudgedAt == 0 || alarm.JudgedAt is >= 4 and <= 10_000, "alarm.judged_at",
            $"is {alarm.JudgedAt}, expected 4 to 10000");
        Require(
            alarm.NullTrainingIds.Count <= 1000, "alarm.null_training_ids",
            $"has {alarm.NullTrainingIds.Count} runs, expected at most 1000");
        Require(
            !alarm.HasFalseAlarmRate || alarm.FalseAlarmRate is > 0 and < 1, "alarm.false_alarm_rate",
            FormattableString.Invariant($"is {alarm.FalseAlarmRate}, expected more than 0, less than 1"));
        Require(
            !alarm.HasFalseAlarmRate || alarm.NullTrainingIds.Count > 0, "alarm.false_alarm_rate",
            "is given, but there are no null runs to calibrate on");
        alarm.JudgedAt = alarm.JudgedAt == 0
            ? JudgedAlarm.ForPlan(planned).JudgedAt
            : alarm.JudgedAt;
        if (!alarm.HasFalseAlarmRate)
        {
            alarm.FalseAlarmRate = InitialisationAlarm.DefaultRate;
        }

        return alarm;
    }

    private static void RequireFewLayers(TrainingHeader header)
    {
        var layers = header.Observable == Observable.Layers ? header.Tensors.ToLayout().Layers.Length : 0;
        Require(
            layers <= MostLayers, "observable", $"is Layers of {layers} layers, expected at most {MostLayers} of them");
    }

    private static long HistoryOf(TrainingHeader header, long mostBytes)
    {
        var bytes = header.Tensors.ToLayout().Count
            * (header.ElementType == ElementType.Float32 ? sizeof(float) : sizeof(double));
        var least = Math.Max(SpanOf(header.Window), header.Alarm.JudgedAt);
        var most = Math.Min((mostBytes / bytes) - SpareSlots, MostSnapshots);
        Require(
            header.History == 0 || header.History >= least, "history",
            $"is {header.History}, expected at least {least} snapshots, which a window and the alarm take");
        if (most < Math.Max(least, header.History))
        {
            throw new CapacityException(
                "HISTORY_TOO_LARGE",
                $"{Math.Max(least, header.History)} snapshots of {bytes} bytes and {SpareSlots} to spare take more "
                + $"than the {mostBytes} bytes that a training may");
        }

        return header.History == 0 ? most : header.History;
    }

    private static void Require(bool condition, string field, string problem)
    {
        if (!condition)
        {
            throw new InvalidRequestException(
                "TRAINING_HEADER_INVALID", $"header.{field} {problem}", $"header.{field}");
        }
    }
}
