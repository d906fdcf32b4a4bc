using System.Diagnostics;
using System.Diagnostics.Metrics;
using KoopmanMesh.ServiceDefaults.Telemetry;

namespace KoopmanMesh.Capture;

/// <summary>Spans and instruments of the capture service.</summary>
internal static class CaptureTelemetry
{
    public const string RunTag = "koopmanmesh.run.id";
    public const string ShardTag = "koopmanmesh.shard";
    public const string RowsTag = "koopmanmesh.rows";
    public const string BytesTag = "koopmanmesh.bytes";
    public const string CandidatesTag = "koopmanmesh.candidates";

    private static readonly Meter _meter = new(new MeterOptions("KoopmanMesh.Capture"));

    public static ActivitySource Source { get; } = new(new ActivitySourceOptions("KoopmanMesh.Capture"));

    public static Counter<long> Rows { get; } =
        _meter.CreateCounter<long>("koopmanmesh.capture.rows", "{row}", "Rows run through a network with probes.");

    public static Counter<long> Bytes { get; } =
        _meter.CreateCounter<long>("koopmanmesh.capture.bytes", "By", "Snapshot bytes sent to the koopman service.");

    public static Histogram<double> ShardDuration { get; } =
        _meter.CreateHistogram(
            "koopmanmesh.capture.duration", "s", "Time to capture one shard.", advice: DurationBuckets.Advice);
}
