using System.Text.Json.Nodes;

namespace KoopmanMesh.Sidecar.Http;

/// <summary>
/// CloudEvents as daprd writes them
/// (https://docs.dapr.io/developing-applications/building-blocks/pubsub/pubsub-cloudevents/).
/// </summary>
internal static class CloudEvents
{
    public const string ContentType = "application/cloudevents+json";

    private const string SentType = "com.dapr.event.sent";

    /// <summary>Wraps what an application published.</summary>
    public static JsonObject Wrap(byte[] data, string contentType, string source)
    {
        var wrapped = new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(),
            ["specversion"] = "1.0",
            ["datacontenttype"] = contentType,
            ["source"] = source,
            ["type"] = SentType,
        };
        if (IsJson(contentType))
        {
            wrapped["data"] = JsonNode.Parse(data);
        }
        else if (contentType.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase))
        {
            wrapped["data_base64"] = Convert.ToBase64String(data);
        }
        else
        {
            wrapped["data"] = System.Text.Encoding.UTF8.GetString(data);
        }

        return wrapped;
    }

    /// <summary>What is missing in an application's own CloudEvent, and where it was published.</summary>
    public static JsonObject Complete(
        JsonObject cloudEvent, string topic, string pubsub, string? traceParent, string? traceState)
    {
        cloudEvent["source"] ??= "Dapr";
        cloudEvent["type"] ??= SentType;
        cloudEvent["specversion"] ??= "1.0";
        cloudEvent["topic"] = topic;
        cloudEvent["pubsubname"] = pubsub;
        cloudEvent["traceparent"] ??= traceParent ?? "";
        cloudEvent["traceid"] ??= (string?)cloudEvent["traceparent"];
        cloudEvent["tracestate"] ??= traceState ?? "";
        return cloudEvent;
    }

    /// <summary>What a subscriber gets of a message that is not a CloudEvent.</summary>
    public static JsonObject OfRaw(byte[] data, string topic, string pubsub) => new()
    {
        ["id"] = Guid.NewGuid().ToString(),
        ["specversion"] = "1.0",
        ["datacontenttype"] = "application/octet-stream",
        ["source"] = "Dapr",
        ["type"] = SentType,
        ["topic"] = topic,
        ["pubsubname"] = pubsub,
        ["data_base64"] = Convert.ToBase64String(data),
    };

    private static bool IsJson(string contentType)
    {
        var type = contentType.Split(';')[0].Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
