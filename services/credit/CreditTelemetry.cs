using System.Diagnostics;
using System.Diagnostics.Metrics;
using KoopmanMesh.ServiceDefaults.Telemetry;

namespace KoopmanMesh.Credit;

/// <summary>Spans and instruments of the credit service.</summary>
internal static class CreditTelemetry
{
    public const string RunTag = "koopmanmesh.run.id";
    public const string ReplicatesTag = "koopmanmesh.bootstrap.replicates";

    private static readonly Meter _meter = new(new MeterOptions("KoopmanMesh.Credit"));

    public static ActivitySource Source { get; } = new(new ActivitySourceOptions("KoopmanMesh.Credit"));

    public static Histogram<double> ScoreDuration { get; } =
        _meter.CreateHistogram(
            "koopmanmesh.score.duration", "s", "Time to score and audit one run.", advice: DurationBuckets.Advice);
}
