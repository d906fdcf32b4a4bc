using System.Diagnostics.Metrics;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>Instruments of what goes wrong between broker and handlers.</summary>
internal static class EventTelemetry
{
    internal const string UnknownTopic = "unknown";

    private static readonly Meter _meter = new(new MeterOptions(ServiceDefaultsTelemetry.Name));

    internal static readonly Counter<long> DeadLetters = _meter.CreateCounter<long>(
        "koopmanmesh.event.dead_letters", "{event}", "Events that no attempt could deliver, by topic.");

    internal static readonly Counter<long> Unpublished = _meter.CreateCounter<long>(
        "koopmanmesh.event.unpublished", "{event}", "Events that could not be published, by topic.");

    internal static KeyValuePair<string, object?> Topic(string topic) =>
        new(ServiceDefaultsTelemetry.TopicTag, topic);
}
