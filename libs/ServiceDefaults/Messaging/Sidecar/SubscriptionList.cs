using System.Buffers;
using System.Text.Json;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// What <c>GET /dapr/subscribe</c> answers (https://docs.dapr.io/reference/api/pubsub_api/): every topic that has a
/// handler here, and the dead letters, raw, because they need not be CloudEvents.
/// </summary>
internal static class SubscriptionList
{
    internal const string RoutePrefix = "/events/";

    internal static ReadOnlyMemory<byte> Write(IEnumerable<string> topics, EventBusOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var topic in topics)
            {
                Write(json, options, topic, isDeadLetter: false);
            }

            if (options.DeadLetterTopic.Length > 0)
            {
                Write(json, options, options.DeadLetterTopic, isDeadLetter: true);
            }

            json.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, EventBusOptions options, string topic, bool isDeadLetter)
    {
        json.WriteStartObject();
        json.WriteString("pubsubname", options.PubSub);
        json.WriteString("topic", topic);
        json.WriteStartObject("routes");
        json.WriteString("default", RoutePrefix + topic);
        json.WriteEndObject();
        if (isDeadLetter)
        {
            json.WriteStartObject("metadata");
            json.WriteString("rawPayload", "true");
            json.WriteEndObject();
        }
        else if (options.DeadLetterTopic.Length > 0)
        {
            json.WriteString("deadLetterTopic", options.DeadLetterTopic);
        }

        json.WriteEndObject();
    }
}
