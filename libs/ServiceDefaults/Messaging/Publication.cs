using System.Diagnostics;
using KoopmanMesh.Contracts.Events;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>What every publication is in telemetry, whatever carries the event.</summary>
internal static class Publication
{
    /// <summary>Counts the event and starts its span.</summary>
    internal static Activity? Start<T>(T e)
        where T : class, IRunEvent
    {
        ServiceDefaultsTelemetry.Published.Add(
            1, new KeyValuePair<string, object?>(ServiceDefaultsTelemetry.TopicTag, T.Topic));
        return ServiceDefaultsTelemetry.Source.StartActivity($"publish {T.Topic}", ActivityKind.Producer)
            ?.SetTag(ServiceDefaultsTelemetry.TopicTag, T.Topic)
            .SetTag(ServiceDefaultsTelemetry.RunTag, e.RunId);
    }
}
