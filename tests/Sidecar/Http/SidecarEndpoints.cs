using System.Text.Json.Nodes;
using KoopmanMesh.Sidecar.Streams;

namespace KoopmanMesh.Sidecar.Http;

/// <summary>The part of the sidecar's HTTP API that is spoken here.</summary>
internal static class SidecarEndpoints
{
    private const string TokenHeader = "dapr-api-token";

    public static void MapSidecar(this WebApplication app)
    {
        app.Use(AskForToken);
        app.MapPost("/v1.0/publish/{pubsub}/{**topic}",
            (string pubsub, string topic, HttpRequest request, PublishApi api) =>
                api.PublishAsync(pubsub, topic, request));
        app.MapGet("/v1.0/healthz", (SubscriptionHost host) => Health(host.IsReady));
        app.MapGet("/v1.0/healthz/outbound", (SubscriptionHost host) => Health(host.IsOutboundReady));
        app.MapGet("/v1.0/metadata", (SidecarArguments arguments, SubscriptionHost host) =>
            Results.Json(Metadata(arguments, host)));
    }

    private static Task AskForToken(HttpContext context, RequestDelegate next)
    {
        var token = Environment.GetEnvironmentVariable("DAPR_API_TOKEN");
        var isOpen = string.IsNullOrEmpty(token)
            || context.Request.Path.StartsWithSegments("/v1.0/healthz", StringComparison.Ordinal);
        if (isOpen || context.Request.Headers[TokenHeader] == token)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static IResult Health(bool isReady) => isReady
        ? Results.NoContent()
        : PublishApi.Error(500, "ERR_HEALTH_NOT_READY", "dapr is not ready");

    private static JsonObject Metadata(SidecarArguments arguments, SubscriptionHost host) => new()
    {
        ["id"] = arguments.AppId,
        ["runtimeVersion"] = "double",
        ["components"] = new JsonArray([.. host.Components.Select(static c => new JsonObject
        {
            ["name"] = c.Name,
            ["type"] = "pubsub.redis",
            ["version"] = "v1",
        })]),
        ["subscriptions"] = new JsonArray([.. host.Subscriptions.Select(static s => new JsonObject
        {
            ["pubsubname"] = s.PubSub,
            ["topic"] = s.Topic,
            ["deadLetterTopic"] = s.DeadLetterTopic ?? "",
            ["rules"] = new JsonArray(new JsonObject { ["path"] = s.Route }),
        })]),
    };
}
