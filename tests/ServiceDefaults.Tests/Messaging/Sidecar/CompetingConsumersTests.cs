using System.Diagnostics;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging.Sidecar;

/// <summary>Services' real endpoints, the sidecar double and a real Redis: who gets which event, and how often.</summary>
public sealed class CompetingConsumersTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoReplicasOfAnApp_ShareTheEventsBetweenThem()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        var both = new CountdownEvent(2);
        var (first, second) = (new Seen(both), new Seen(both));
        await using var one = await Replica.StartAsync(redis, first.Handle);
        await using var two = await Replica.StartAsync(redis, second.Handle);

        await PublishAsync(one, 40);

        await Eventually.IsTrueAsync(() => first.Count + second.Count >= 40, "40 events came");
        Assert.Equal(Enumerable.Range(0, 40), first.Shards.Concat(second.Shards).Order());
        Assert.NotEmpty(first.Shards);
        Assert.NotEmpty(second.Shards);
    }

    [Fact]
    public async Task TwoApps_EachGetEveryEvent()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        var (first, second) = (new Seen(), new Seen());
        await using var one = await Replica.StartAsync(redis, first.Handle);
        await using var two = await Replica.StartAsync(redis, second.Handle, s => s with { AppId = "credit" });

        await PublishAsync(one, 20);

        await Eventually.IsTrueAsync(() => first.Count >= 20 && second.Count >= 20, "both apps had 20 events");
        Assert.Equal(Enumerable.Range(0, 20), first.Shards.Order());
        Assert.Equal(Enumerable.Range(0, 20), second.Shards.Order());
    }

    [Fact]
    public async Task HandlerThatIsUnavailableOnce_GetsTheEventAgain()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(
            redis,
            s =>
            {
                s.AddErrorMapping<TimeoutException>(ErrorKind.Unavailable, "AWAY");
                shards = s.Handle<ShardPlanned>((_, _) =>
                    shards.Seen.Count == 1 ? throw new TimeoutException("away") : Task.CompletedTask);
            },
            s => s with { Retries = 3 },
            new Dictionary<string, string?> { ["EventBus:MaxAttempts"] = "1" });

        await PublishAsync(replica, 1);

        await Eventually.IsTrueAsync(() => shards.Seen.Count == 2, "the event came again");
    }

    [Fact]
    public async Task ReplicaThatIsKilled_LeavesItsEventToAnother()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> stuck = null!;
        Handling<ShardPlanned> other = null!;
        await using var first = await Replica.StartAsync(
            redis,
            s => stuck = s.Handle<ShardPlanned>((_, ct) => Task.Delay(Timeout.Infinite, ct)),
            s => s with { ProcessingTimeout = "2s" },
            new Dictionary<string, string?> { ["EventBus:DrainTimeout"] = "0" });
        await PublishAsync(first, 1);
        await stuck.First;

        await first.Sidecar.KillAsync();
        await using var second = await Replica.StartAsync(
            redis, s => other = s.Handle<ShardPlanned>(), s => s with { ProcessingTimeout = "2s" });

        Assert.Equal(0, (await other.First).Shard);
    }

    [Fact]
    public async Task EventThatTakesLongerThanTheBrokerWaits_IsNotCancelled()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;
        var release = new TaskCompletionSource();
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var replica = await Replica.StartAsync(
            redis,
            s => shards = s.Handle<ShardPlanned>(
                async (_, ct) =>
                {
                    await release.Task.WaitAsync(ct);
                    finished.TrySetResult();
                },
                concurrency: 2),
            s => s with { ProcessingTimeout = "300ms", Concurrency = 2 });

        await PublishAsync(replica, 1);
        await Eventually.IsTrueAsync(() => shards.Seen.Count == 2, "the broker delivered it again");
        release.SetResult();

        await finished.Task.WaitAsync(Eventually.Patience, Ct);
    }

    [Fact]
    public async Task TraceOfThePublisher_IsTheHandlersTrace()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Activity? seen = null;
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(redis, s => shards = s.Handle<ShardPlanned>((_, _) =>
        {
            seen = Activity.Current;
            return Task.CompletedTask;
        }));
        using var request = new Activity("request") { TraceStateString = "koopmanmesh=00f067aa0ba902b7-01" }.Start();

        await PublishAsync(replica, 1);

        await shards.First;
        Assert.Equal(request.TraceId, seen!.TraceId);
        Assert.Equal("koopmanmesh=00f067aa0ba902b7-01", seen.TraceStateString);
    }

    [Fact]
    public async Task AppToken_ThatBothKnow_LetsTheEventsThrough()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(
            redis,
            s => shards = s.Handle<ShardPlanned>(),
            s => s with { Environment = new() { ["APP_API_TOKEN"] = "app-word", ["DAPR_API_TOKEN"] = "api-word" } },
            new Dictionary<string, string?> { ["APP_API_TOKEN"] = "app-word", ["DAPR_API_TOKEN"] = "api-word" });

        await PublishAsync(replica, 1);

        Assert.Equal(0, (await shards.First).Shard);
    }

    internal static async Task PublishAsync(Replica from, int events)
    {
        for (var i = 0; i < events; i++)
        {
            await from.Bus.PublishAsync(InProcessEventBusTests.Planned(i), Ct);
        }
    }

    /// <summary>Shards that came; with a count-down, the first one waits for the others' first ones.</summary>
    private sealed class Seen(CountdownEvent? others = null)
    {
        private Handling<ShardPlanned> _shards = null!;

        public int Count => _shards.Seen.Count;

        public IEnumerable<int> Shards => _shards.Seen.Select(static e => e.Shard);

        public void Handle(IServiceCollection services) => _shards = services.Handle<ShardPlanned>((_, ct) =>
        {
            if (others is null || Count > 1)
            {
                return Task.CompletedTask;
            }

            others.Signal();
            return Task.Run(() => others.Wait(ct), ct);
        });
    }
}
