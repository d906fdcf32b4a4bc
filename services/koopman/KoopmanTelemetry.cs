using System.Diagnostics;
using System.Diagnostics.Metrics;
using KoopmanMesh.ServiceDefaults.Telemetry;

namespace KoopmanMesh.Koopman;

/// <summary>Spans and instruments of the koopman service.</summary>
internal static class KoopmanTelemetry
{
    public const string ComponentTag = "koopmanmesh.component";
    public const string RunTag = "koopmanmesh.run.id";
    public const string ShardTag = "koopmanmesh.shard";
    public const string RowsTag = "koopmanmesh.rows";
    public const string MethodTag = "koopmanmesh.operator.method";

    private static readonly Meter _meter = new(new MeterOptions("KoopmanMesh.Koopman"));

    public static ActivitySource Source { get; } = new(new ActivitySourceOptions("KoopmanMesh.Koopman"));

    public static Counter<long> Snapshots { get; } =
        _meter.CreateCounter<long>(
            "koopmanmesh.fold.snapshots", "{snapshot}", "Snapshot pairs folded into accumulators.");

    public static UpDownCounter<long> StreamsOpen { get; } =
        _meter.CreateUpDownCounter<long>(
            "koopmanmesh.fold.streams", "{stream}", "Streams of snapshot pairs that are open.");

    public static UpDownCounter<long> AccumulatorBytes { get; } =
        _meter.CreateUpDownCounter<long>(
            "koopmanmesh.accumulator.held", "By", "Bytes that the accumulators of open streams, merges and fits hold.");

    public static Histogram<double> FitDuration { get; } =
        _meter.CreateHistogram(
            "koopmanmesh.fit.duration", "s", "Time to fit one component's operators.",
            advice: DurationBuckets.Advice);

    public static Histogram<double> OperatorFitDuration { get; } =
        _meter.CreateHistogram(
            "koopmanmesh.operator.fit.duration", "s", "Time to fit an operator to data that was streamed in.",
            advice: DurationBuckets.Advice);
}
