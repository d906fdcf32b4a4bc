using System.Diagnostics.Metrics;
using System.Text;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging.Sidecar;

/// <summary>
/// What can't be delivered is seen: at DROP and when retries are used up Dapr forwards it to the dead letter topic
/// (https://docs.dapr.io/developing-applications/building-blocks/pubsub/pubsub-deadletter/), which every service reads.
/// </summary>
public sealed class DeadLetterTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EventWithoutItsFields_BecomesADeadLetterThatIsLoggedAndCounted()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        using var counted = new DeadLetterCount();
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(redis, s => shards = s.Handle<ShardPlanned>());

        await replica.Sidecar.PostJsonAsync(Topics.ShardPlanned, new { runId = "r-poison" });

        await Eventually.IsTrueAsync(() => IsLogged(replica, "Dead letter of"), "the dead letter was logged");
        Assert.Contains(replica.Host.Logs.Entries, e =>
            e.Level == LogLevel.Error && e.Message.Contains("was refused for good", StringComparison.Ordinal));
        Assert.Contains(Topics.ShardPlanned, counted.Topics);
        Assert.Empty(shards.Seen);
    }

    [Fact]
    public async Task MessageThatIsNoCloudEvent_BecomesADeadLetterToo()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        await using var replica = await Replica.StartAsync(redis, s => s.Handle<ShardPlanned>());
        using var garbage = new ByteArrayContent([0xff, 0x00, 0x7b]);

        await replica.Sidecar.PostAsync(Topics.ShardPlanned, garbage, "?metadata.rawPayload=true");

        await Eventually.IsTrueAsync(
            () => IsLogged(replica, "Dead letter of \"unknown\""), "the dead letter was logged");
    }

    [Fact]
    public async Task EventThatIsNeverHandled_BecomesADeadLetterWhenRetriesAreUsedUp()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(
            redis,
            s =>
            {
                s.AddErrorMapping<TimeoutException>(ErrorKind.Unavailable, "AWAY");
                shards = s.Handle<ShardPlanned>((_, _) => throw new TimeoutException("away"));
            },
            s => s with { Retries = 2 },
            new Dictionary<string, string?> { ["EventBus:MaxAttempts"] = "1" });

        await CompetingConsumersTests.PublishAsync(replica, 1);

        await Eventually.IsTrueAsync(() => IsLogged(replica, "Dead letter of"), "the dead letter was logged");
        Assert.Equal(3, shards.Seen.Count);
    }

    [Fact]
    public async Task DeadLetterOfAnotherServicesTopic_IsLeftToThatService()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        await using var capture = await Replica.StartAsync(redis, s => s.Handle<ShardPlanned>());
        await using var credit = await Replica.StartAsync(
            redis, s => s.Handle<ScorePlanned>(), s => s with { AppId = "credit" });

        await capture.Sidecar.PostJsonAsync(Topics.ShardPlanned, new { runId = "r-poison" });
        using var last = new ByteArrayContent("the last letter"u8.ToArray());
        await capture.Sidecar.PostAsync(Topics.DeadLetter, last, "?metadata.rawPayload=true");

        await Eventually.IsTrueAsync(
            () => IsLogged(capture, Topics.ShardPlanned + "\" came"), "capture logged its own");
        await Eventually.IsTrueAsync(() => IsLogged(credit, "\"unknown\" came"), "credit read the last letter");
        Assert.False(IsLogged(credit, Topics.ShardPlanned + "\" came"));
    }

    [Fact]
    public async Task RawPayload_OfADeclaredSubscription_IsTheEventItself()
    {
        // https://docs.dapr.io/developing-applications/building-blocks/pubsub/pubsub-raw/
        const string subscription = $"""
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata:
              name: raw
            spec:
              pubsubname: {SidecarProcess.PubSub}
              topic: {Topics.ShardPlanned}
              routes:
                default: /events/{Topics.ShardPlanned}
              metadata:
                rawPayload: "true"
            """;
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(
            redis, s => shards = s.Handle<ShardPlanned>(), s => s with { Subscription = subscription });
        using var body = new ByteArrayContent(EventJson.Serialize(InProcessEventBusTests.Planned(5)));

        await replica.Sidecar.PostAsync(Topics.ShardPlanned, body, "?metadata.rawPayload=true");

        Assert.Equal(InProcessEventBusTests.Planned(5), await shards.First);
    }

    [Fact]
    public async Task JsonOfAnotherPublisher_IsWrappedByTheSidecarAndUnderstood()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(redis, s => shards = s.Handle<ShardPlanned>());
        var json = Encoding.UTF8.GetString(EventJson.Serialize(InProcessEventBusTests.Planned(6)));
        using var body = new StringContent(json, Encoding.UTF8, "application/json");

        await replica.Sidecar.PostAsync(Topics.ShardPlanned, body);

        Assert.Equal(InProcessEventBusTests.Planned(6), await shards.First);
    }

    private static bool IsLogged(Replica replica, string text) =>
        replica.Host.Logs.Entries.Any(e => e.Message.Contains(text, StringComparison.Ordinal));

    private sealed class DeadLetterCount : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _topics = new();

        public DeadLetterCount()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "koopmanmesh.event.dead_letters")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _topics.Enqueue((string)tags[0].Value!));
            _listener.Start();
        }

        public IEnumerable<string> Topics => _topics;

        public void Dispose() => _listener.Dispose();
    }
}
