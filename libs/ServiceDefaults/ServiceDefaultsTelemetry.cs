using System.Diagnostics;
using System.Diagnostics.Metrics;
using KoopmanMesh.ServiceDefaults.Telemetry;

namespace KoopmanMesh.ServiceDefaults;

/// <summary>Spans and instruments of this library.</summary>
internal static class ServiceDefaultsTelemetry
{
    internal const string Name = "KoopmanMesh.ServiceDefaults";
    internal const string TopicTag = "messaging.destination.name";
    internal const string RunTag = "koopmanmesh.run.id";
    internal const string OutcomeTag = "outcome";

    internal static readonly ActivitySource Source = new(new ActivitySourceOptions(Name));

    private static readonly Meter _meter = new(new MeterOptions(Name));

    internal static readonly Counter<long> Published = _meter.CreateCounter<long>(
        "koopmanmesh.event.published", "{event}", "Events published, one for each, whoever listens.");

    internal static readonly Histogram<double> Delivery = _meter.CreateHistogram(
        "koopmanmesh.event.delivery.duration", "s", "Time a handler took, with its outcome.",
        advice: DurationBuckets.Advice);

    internal static readonly UpDownCounter<long> Queued = _meter.CreateUpDownCounter<long>(
        "koopmanmesh.event.queued", "{event}", "Events waiting for a handler.");

    internal static readonly Counter<long> StoredBytes = _meter.CreateCounter<long>(
        "koopmanmesh.artifact.stored", "By", "Bytes written to the artifact store.");

    internal static readonly Counter<long> SpansDropped = _meter.CreateCounter<long>(
        "koopmanmesh.trace.dropped", "{span}", "Spans of runs that were not kept for koopmesh trace.");
}
