using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using KoopmanMesh.Sidecar.Resources;

namespace KoopmanMesh.Sidecar.Delivering;

/// <summary>
/// Calls the application: its subscriptions, its health, its routes
/// (https://docs.dapr.io/reference/api/pubsub_api/, "Required Application (User Code) Routes").
/// </summary>
internal sealed class AppClient(SidecarArguments arguments, ILogger<AppClient> logger) : IDisposable
{
    private const string TokenHeader = "dapr-api-token";

    private static readonly string? _token = Environment.GetEnvironmentVariable("APP_API_TOKEN");

    private readonly SemaphoreSlim? _places =
        arguments.AppMaxConcurrency > 0 ? new SemaphoreSlim(arguments.AppMaxConcurrency) : null;

    private readonly HttpClient _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null })
    {
        BaseAddress = new Uri($"http://{arguments.AppAddress}:{arguments.AppPort}"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose()
    {
        _http.Dispose();
        _places?.Dispose();
    }

    /// <summary>What the application subscribes to; null when it can't be asked yet.</summary>
    public async Task<IReadOnlyList<TopicSubscription>?> SubscriptionsAsync(CancellationToken ct)
    {
        try
        {
            using var request = Request(HttpMethod.Get, "/dapr/subscribe");
            using var response = await _http.SendAsync(request, ct);
            if (response.StatusCode is HttpStatusCode.NotFound)
            {
                return [];
            }

            if (!response.IsSuccessStatusCode)
            {
                Log.AppRefused(logger, "/dapr/subscribe", (int)response.StatusCode);
                return null;
            }

            var list = await response.Content.ReadAsStringAsync(ct);
            return [.. JsonNode.Parse(list)!.AsArray().Select(static item => SubscriptionOf(item!.AsObject()))];
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<bool> IsHealthyAsync(string path, CancellationToken ct)
    {
        try
        {
            using var request = Request(HttpMethod.Get, path);
            using var response = await _http.SendAsync(request, ct);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Delivers a CloudEvent.</summary>
    public async Task<AppAnswer> DeliverAsync(string route, JsonObject cloudEvent, CancellationToken ct)
    {
        await (_places?.WaitAsync(ct) ?? Task.CompletedTask);
        try
        {
            using var request = Request(HttpMethod.Post, route);
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(cloudEvent));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
            AddTrace(request.Headers, cloudEvent);
            using var response = await _http.SendAsync(request, ct);
            return await AnswerAsync(response, route, ct);
        }
        catch (HttpRequestException x)
        {
            Log.AppAway(logger, route, x.Message);
            return AppAnswer.Retry;
        }
        finally
        {
            _places?.Release();
        }
    }

    private async Task<AppAnswer> AnswerAsync(HttpResponseMessage response, string route, CancellationToken ct)
    {
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            // Documented: "error is logged and message is dropped", with no dead letter.
            Log.AppRefused(logger, route, 404);
            return AppAnswer.Success;
        }

        if (!response.IsSuccessStatusCode)
        {
            Log.AppRefused(logger, route, (int)response.StatusCode);
            return AppAnswer.Retry;
        }

        var body = await response.Content.ReadAsStringAsync(ct);
        return StatusOf(body) switch
        {
            "" or "SUCCESS" => AppAnswer.Success,
            "DROP" => AppAnswer.Drop,
            _ => AppAnswer.Retry,
        };
    }

    /// <summary>An empty or strange body counts as success.</summary>
    private static string StatusOf(string body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject answer ? (string?)answer["status"] ?? "" : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (!string.IsNullOrEmpty(_token))
        {
            request.Headers.Add(TokenHeader, _token);
        }

        return request;
    }

    /// <summary>The sidecar's own span is between the publisher's and the application's.</summary>
    private static void AddTrace(HttpRequestHeaders headers, JsonObject cloudEvent)
    {
        if (ActivityContext.TryParse((string?)cloudEvent["traceparent"], null, out var parent))
        {
            var flags = parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00";
            headers.Add("traceparent", $"00-{parent.TraceId}-{ActivitySpanId.CreateRandom()}-{flags}");
        }
    }

    private static TopicSubscription SubscriptionOf(JsonObject item)
    {
        var routes = item["routes"] as JsonObject;
        var route = (string?)item["route"] ?? (string?)routes?["default"]
            ?? throw new FormatException($"a subscription of the application has no route: {item.ToJsonString()}");
        return new TopicSubscription((string)item["pubsubname"]!, (string)item["topic"]!, route)
        {
            DeadLetterTopic = (string?)item["deadLetterTopic"] is { Length: > 0 } topic ? topic : null,
            RawPayload = (string?)item["metadata"]?["rawPayload"] == "true",
        };
    }
}
