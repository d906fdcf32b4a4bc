using System.Text;
using System.Text.Json;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Runs;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>An event as it came, not yet read as one of ours.</summary>
/// <param name="Json">The event itself.</param>
/// <param name="Type">The CloudEvent's type; null for a bare payload.</param>
/// <param name="Topic">The topic that it was published to, as the sidecar says; null where it says nothing.</param>
/// <param name="Subject">The CloudEvent's subject.</param>
/// <param name="TraceParent">W3C trace context of who published it; null for none.</param>
/// <param name="TraceState">The same.</param>
internal sealed record IncomingEvent(
    ReadOnlyMemory<byte> Json,
    string? Type = null,
    string? Topic = null,
    string? Subject = null,
    string? TraceParent = null,
    string? TraceState = null)
{
    /// <summary>
    /// Reads a CloudEvent in structured JSON mode; data may be JSON, text or, of raw payloads, base64.
    /// </summary>
    /// <exception cref="JsonException">It is not one; the message says why.</exception>
    internal static IncomingEvent OfCloudEvent(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"a CloudEvent is a JSON object, got {root.ValueKind}");
        }

        if (Text(root, "specversion") is not { } version || !version.StartsWith("1.", StringComparison.Ordinal))
        {
            throw new JsonException($"specversion is '{Text(root, "specversion")}', expected 1.0");
        }

        return new IncomingEvent(
            DataOf(root),
            Text(root, "type"),
            Text(root, "topic"),
            Text(root, "subject"),
            Text(root, "traceparent") ?? Text(root, "traceid"),
            Text(root, "tracestate"));
    }

    /// <summary>The event as one of ours.</summary>
    /// <exception cref="JsonException">It is not one, or of a run that can't be.</exception>
    internal T As<T>()
        where T : class, IRunEvent
    {
        var e = EventJson.Deserialize<T>(Json.Span);
        return RunIds.IsValid(e.RunId) ? e : throw new JsonException($"its run id is '{e.RunId}', which no run has");
    }

    private static byte[] DataOf(JsonElement root)
    {
        if (root.TryGetProperty("data_base64", out var base64))
        {
            return base64.ValueKind == JsonValueKind.String && base64.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : throw new JsonException("data_base64 is not base64");
        }

        if (!root.TryGetProperty("data", out var data))
        {
            throw new JsonException("a CloudEvent of ours has data, got none");
        }

        return Encoding.UTF8.GetBytes(data.ValueKind == JsonValueKind.String ? data.GetString()! : data.GetRawText());
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
