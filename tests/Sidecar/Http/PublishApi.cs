using System.Text.Json;
using System.Text.Json.Nodes;
using KoopmanMesh.Sidecar.Redis;
using KoopmanMesh.Sidecar.Streams;

namespace KoopmanMesh.Sidecar.Http;

/// <summary>POST /v1.0/publish/{pubsub}/{topic} (https://docs.dapr.io/reference/api/pubsub_api/).</summary>
internal sealed class PublishApi(
    SidecarArguments arguments, IReadOnlyDictionary<string, RedisPubSub> brokers, ILogger<PublishApi> logger)
{
    public async Task<IResult> PublishAsync(string pubsub, string topic, HttpRequest request)
    {
        var ct = request.HttpContext.RequestAborted;
        if (!brokers.TryGetValue(pubsub, out var broker))
        {
            return Error(404, "ERR_PUBSUB_NOT_FOUND", $"pubsub {pubsub} is not found");
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        try
        {
            var data = request.Query["metadata.rawPayload"] == "true"
                ? body.ToArray()
                : JsonSerializer.SerializeToUtf8Bytes(Envelope(pubsub, topic, request, body.ToArray()));
            await broker.PublishAsync(topic, data, ct);
            return Results.NoContent();
        }
        catch (JsonException x)
        {
            return Error(400, "ERR_PUBSUB_CLOUD_EVENTS_SER", $"cannot create cloudevent: {x.Message}");
        }
        catch (Exception x) when (x is IOException or RedisException)
        {
            Log.BrokerAway(logger, topic, x.Message);
            return Error(500, "ERR_PUBSUB_PUBLISH_MESSAGE",
                $"error when publish to topic {topic} in pubsub {pubsub}: {x.Message}");
        }
    }

    public static IResult Error(int status, string code, string message) =>
        Results.Json(new JsonObject { ["errorCode"] = code, ["message"] = message }, statusCode: status);

    private JsonObject Envelope(string pubsub, string topic, HttpRequest request, byte[] body)
    {
        var contentType = request.ContentType ?? "text/plain";
        var isCloudEvent = contentType.StartsWith(CloudEvents.ContentType, StringComparison.OrdinalIgnoreCase);
        var cloudEvent = isCloudEvent
            ? JsonNode.Parse(body) as JsonObject ?? throw new JsonException("it is not a JSON object")
            : CloudEvents.Wrap(body, contentType, arguments.AppId);
        return CloudEvents.Complete(
            cloudEvent, topic, pubsub, request.Headers.TraceParent, request.Headers.TraceState);
    }
}
