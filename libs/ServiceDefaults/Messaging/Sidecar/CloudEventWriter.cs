using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using KoopmanMesh.Contracts.Events;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// Events as CloudEvents 1.0 in structured JSON mode. The id is one publication's, the same in all its attempts; who
/// wants to see a fact once tells by type and subject, which is the run.
/// </summary>
internal static class CloudEventWriter
{
    internal const string ContentType = "application/cloudevents+json";

    /// <summary>Bytes of <paramref name="e"/>, with the current activity's trace context.</summary>
    internal static ReadOnlyMemory<byte> Write<T>(T e, string source, DateTimeOffset now)
        where T : class, IRunEvent
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", Guid.CreateVersion7(now));
            json.WriteString("source", source);
            json.WriteString("type", T.Topic);
            json.WriteString("subject", e.RunId);
            json.WriteString("time", now);
            json.WriteString("datacontenttype", "application/json");
            WriteTrace(json, Activity.Current);
            json.WritePropertyName("data");
            json.WriteRawValue(EventJson.Serialize(e));
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteTrace(Utf8JsonWriter json, Activity? activity)
    {
        if (activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
        {
            json.WriteString("traceparent", id);
            if (activity.TraceStateString is { Length: > 0 } state)
            {
                json.WriteString("tracestate", state);
            }
        }
    }
}
