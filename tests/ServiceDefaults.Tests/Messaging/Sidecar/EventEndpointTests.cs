using System.Net;
using System.Text;
using System.Text.Json;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Messaging.Sidecar;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging.Sidecar;

/// <summary>
/// The two endpoints that a sidecar calls, by hand: formats and answers are those of
/// https://docs.dapr.io/reference/api/pubsub_api/, "Required Application (User Code) Routes".
/// </summary>
public sealed class EventEndpointTests
{
    private const string Success = """{"status":"SUCCESS"}""";
    private const string Retry = """{"status":"RETRY"}""";
    private const string Drop = """{"status":"DROP"}""";

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subscribe_ListsTheTopicsThatHaveHandlersAndTheDeadLetters()
    {
        await using var host = await EventHost.StartAsync(static s =>
        {
            s.Handle<ShardPlanned>();
            s.Handle<FitPlanned>();
        });
        using var http = new HttpClient { BaseAddress = host.Address };

        var list = await http.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative), Ct);

        Assert.Equal(
            """
            [
              {
                "pubsubname": "koopmanmesh-pubsub",
                "topic": "koopmanmesh.run.v1.fit-planned",
                "routes": { "default": "/events/koopmanmesh.run.v1.fit-planned" },
                "deadLetterTopic": "koopmanmesh.run.v1.dead-letter"
              },
              {
                "pubsubname": "koopmanmesh-pubsub",
                "topic": "koopmanmesh.run.v1.shard-planned",
                "routes": { "default": "/events/koopmanmesh.run.v1.shard-planned" },
                "deadLetterTopic": "koopmanmesh.run.v1.dead-letter"
              },
              {
                "pubsubname": "koopmanmesh-pubsub",
                "topic": "koopmanmesh.run.v1.dead-letter",
                "routes": { "default": "/events/koopmanmesh.run.v1.dead-letter" },
                "metadata": { "rawPayload": "true" }
              }
            ]
            """,
            Indented(list));
    }

    [Fact]
    public async Task Event_ThatIsHandled_IsASuccess()
    {
        Handling<ShardPlanned> shards = null!;
        await using var host = await EventHost.StartAsync(s => shards = s.Handle<ShardPlanned>());

        Assert.Equal(Success, await PostAsync(host, CloudEvent(Planned(3))));
        Assert.Equal(InProcessEventBusTests.Planned(3), Assert.Single(shards.Seen));
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"@"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":{"runId":"r"}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":null}""")]
    [InlineData("""{"specversion":"0.3","id":"1","source":"s","type":"t","data":{}}""")]
    [InlineData("""{"id":"1","data":{}}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public async Task Event_ThatIsMalformed_IsDropped(string body)
    {
        Handling<ShardPlanned> shards = null!;
        await using var host = await EventHost.StartAsync(s => shards = s.Handle<ShardPlanned>());

        Assert.Equal(Drop, await PostAsync(host, body));
        Assert.Empty(shards.Seen);
    }

    [Fact]
    public async Task Event_OfAnotherVersionOrTopic_IsDroppedWithOneSentence()
    {
        await using var host = await EventHost.StartAsync(static s => s.Handle<ShardPlanned>());

        var version = await PostAsync(host, CloudEvent(Planned(0), "koopmanmesh.run.v2.shard-planned"));
        var topic = await PostAsync(host, CloudEvent(Planned(0)), topic: "koopmanmesh.run.v2.shard-planned");

        Assert.Equal(Drop, version);
        Assert.Equal(Drop, topic);
        Assert.Contains(host.Logs.Entries, e => e.Message.Contains(
            "its type is 'koopmanmesh.run.v2.shard-planned', expected 'koopmanmesh.run.v1.shard-planned'",
            StringComparison.Ordinal));
        Assert.Contains(host.Logs.Entries, e => e.Message.Contains(
            "no handler here takes this topic, expected one of koopmanmesh.run.v1.shard-planned",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Event_OfMoreBytesThanAllowed_IsDropped()
    {
        Handling<ShardPlanned> shards = null!;
        await using var host = await EventHost.StartAsync(
            s => shards = s.Handle<ShardPlanned>(),
            new Dictionary<string, string?> { ["EventBus:MaxEventBytes"] = "1024" });

        Assert.Equal(Drop, await PostAsync(host, CloudEvent(Planned(0)) + new string(' ', 1024)));
        Assert.Equal(Success, await PostAsync(host, CloudEvent(Planned(0))));
        Assert.Single(shards.Seen);
    }

    [Theory]
    [InlineData("word", "word", HttpStatusCode.OK)]
    [InlineData("word", "Word", HttpStatusCode.Unauthorized)]
    [InlineData("word", null, HttpStatusCode.Unauthorized)]
    [InlineData(null, null, HttpStatusCode.OK)]
    public async Task AppToken_IsAskedForWhereOneIsSet(string? expected, string? said, HttpStatusCode status)
    {
        await using var host = await EventHost.StartAsync(
            static s => s.Handle<ShardPlanned>(), new Dictionary<string, string?> { ["APP_API_TOKEN"] = expected });
        using var http = new HttpClient { BaseAddress = host.Address };
        if (said is not null)
        {
            http.DefaultRequestHeaders.Add("dapr-api-token", said);
        }

        using var list = await http.GetAsync(new Uri("/dapr/subscribe", UriKind.Relative), Ct);
        using var body = Body(CloudEvent(Planned(0)));
        using var e = await http.PostAsync(Route(Topics.ShardPlanned), body, Ct);

        Assert.Equal(status, list.StatusCode);
        Assert.Equal(status, e.StatusCode);
    }

    [Fact]
    public async Task Events_BeyondTheHandlersConcurrency_WaitAndBeyondTheQueueComeAgainLater()
    {
        var release = new TaskCompletionSource();
        Handling<ShardPlanned> shards = null!;
        await using var host = await EventHost.StartAsync(
            s => shards = s.Handle<ShardPlanned>((_, ct) => release.Task.WaitAsync(ct)),
            new Dictionary<string, string?> { ["EventBus:QueueCapacity"] = "1" });

        var running = PostAsync(host, CloudEvent(Planned(0)));
        await shards.First;
        var next = new[] { PostAsync(host, CloudEvent(Planned(1))), PostAsync(host, CloudEvent(Planned(2))) };
        var refused = await await Task.WhenAny(next);
        var handledSoFar = shards.Seen.Count;
        release.SetResult();

        Assert.Equal(Retry, refused);
        Assert.Equal(1, handledSoFar);
        Assert.Equal(Success, await running);
        Assert.Equal([Retry, Success], (await Task.WhenAll(next)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stop_InterruptsWhatRunsAfterTheDrainAndSaysRetry()
    {
        Handling<ShardPlanned> shards = null!;
        await using var host = await EventHost.StartAsync(
            s => shards = s.Handle<ShardPlanned>((_, ct) => Task.Delay(Timeout.Infinite, ct)),
            new Dictionary<string, string?> { ["EventBus:DrainTimeout"] = "00:00:00.050" });
        var running = PostAsync(host, CloudEvent(Planned(0)));
        await shards.First;

        await host.StopAsync();

        Assert.Equal(Retry, await running);
    }

    [Fact]
    public async Task Stop_LetsWhatRunsFinishAndTakesNothingNew()
    {
        var release = new TaskCompletionSource();
        Handling<ShardPlanned> shards = null!;
        await using var host = await EventHost.StartAsync(
            s => shards = s.Handle<ShardPlanned>((_, ct) => release.Task.WaitAsync(ct), concurrency: 2),
            new Dictionary<string, string?> { ["EventBus:DrainTimeout"] = "00:01:00" });
        var running = PostAsync(host, CloudEvent(Planned(0)));
        await shards.First;

        var drain = host.Services.GetRequiredService<DeliveryDrain>();
        var stop = host.StopAsync();
        await Eventually.IsTrueAsync(() => drain.IsDraining, "the host drained");
        var late = host.Services.GetRequiredService<EventReceiver>().ReceiveAsync(
            Topics.ShardPlanned, static () => new IncomingEvent(Encoding.UTF8.GetBytes(Planned(1))), Ct);
        var isHeld = !late.IsCompleted;
        release.SetResult();
        await stop;

        Assert.True(isHeld);
        Assert.Equal(EventAnswer.Retry, await late);
        Assert.Equal(Success, await running);
        Assert.Single(shards.Seen);
    }

    [Fact]
    public async Task Endpoints_AreNotThereWithoutDapr()
    {
        await using var host = await EventHost.StartAsync(
            static s => s.Handle<ShardPlanned>(), new Dictionary<string, string?> { ["EventBus:Kind"] = "InProcess" });
        using var http = new HttpClient { BaseAddress = host.Address };

        using var list = await http.GetAsync(new Uri("/dapr/subscribe", UriKind.Relative), Ct);

        Assert.False(list.IsSuccessStatusCode);
    }

    private static string Planned(int shard) =>
        Encoding.UTF8.GetString(EventJson.Serialize(InProcessEventBusTests.Planned(shard)));

    // As daprd sends what a service of ours published.
    private static string CloudEvent(string data, string type = Topics.ShardPlanned) =>
        $$"""
        {"specversion":"1.0","id":"018f","source":"capture","type":"{{type}}","datacontenttype":"application/json",
         "topic":"{{Topics.ShardPlanned}}","pubsubname":"koopmanmesh-pubsub","traceid":"","traceparent":"",
         "data":{{data}} }
        """;

    private static async Task<string> PostAsync(EventHost host, string body, string topic = Topics.ShardPlanned)
    {
        using var http = new HttpClient { BaseAddress = host.Address };
        using var content = Body(body);
        using var response = await http.PostAsync(Route(topic), content, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    private static StringContent Body(string body) => new(body, Encoding.UTF8, "application/cloudevents+json");

    private static Uri Route(string topic) => new($"/events/{topic}", UriKind.Relative);

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        var text = JsonSerializer.Serialize(document, _indented);

        // An object of one member stands in one line, as in the documentation.
        return System.Text.RegularExpressions.Regex.Replace(text, @"\{\s+(""[^""]+"": ""[^""]+"")\s+\}", "{ $1 }");
    }
}
