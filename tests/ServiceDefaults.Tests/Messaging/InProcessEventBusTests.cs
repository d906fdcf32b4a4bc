using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Messaging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging;

public sealed class InProcessEventBusTests
{
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_ManyEvents_ReachEverySubscriptionInOrderOfItsQueue()
    {
        Handling<ShardPlanned> shards = null!;
        await using var bus = await BusFixture.StartAsync(s =>
        {
            shards = s.Handle<ShardPlanned>();
            s.AddEventHandler<ShardPlanned, SecondHandler<ShardPlanned>>();
        });

        for (var i = 0; i < 1000; i++)
        {
            await bus.Bus.PublishAsync(Planned(i), Ct);
        }

        await bus.StopAsync();
        Assert.Equal(2000, shards.Seen.Count);
        Assert.All(shards.Seen.GroupBy(e => e.Shard), g => Assert.Equal(2, g.Count()));
    }

    [Fact]
    public async Task Publish_WithoutASubscription_IsFreeOfEffect()
    {
        await using var bus = await BusFixture.StartAsync(_ => { });

        await bus.Bus.PublishAsync(Planned(0), Ct);

        Assert.DoesNotContain(bus.Logs.Entries, e => e.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task AddEventHandler_Twice_SubscribesOnce()
    {
        Handling<ShardPlanned> shards = null!;
        await using var bus = await BusFixture.StartAsync(s =>
        {
            shards = s.Handle<ShardPlanned>();
            s.AddEventHandler<ShardPlanned, FirstHandler<ShardPlanned>>();
        });

        await bus.Bus.PublishAsync(Planned(0), Ct);

        await bus.StopAsync();
        Assert.Single(shards.Seen);
    }

    [Fact]
    public async Task Publish_ToAFullQueue_WaitsForTheHandler()
    {
        var release = new TaskCompletionSource();
        Handling<ShardPlanned> shards = null!;
        await using var bus = await BusFixture.StartAsync(
            s => shards = s.Handle<ShardPlanned>((_, _) => release.Task), o => o.QueueCapacity = 2);

        await bus.Bus.PublishAsync(Planned(0), Ct);
        await shards.First;
        await bus.Bus.PublishAsync(Planned(1), Ct);
        await bus.Bus.PublishAsync(Planned(2), Ct);
        var fourth = bus.Bus.PublishAsync(Planned(3), Ct).AsTask();

        Assert.False(fourth.IsCompleted);
        release.SetResult();
        await fourth.WaitAsync(_long, Ct);
    }

    [Fact]
    public async Task AddEventHandler_WithConcurrency_HandlesThatManyAtOnce()
    {
        using var together = new CountdownEvent(3);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bus = await BusFixture.StartAsync(s => s.Handle<ShardPlanned>(
            (_, _) =>
            {
                if (together.Signal())
                {
                    all.SetResult();
                }

                return all.Task;
            },
            concurrency: 3));

        for (var i = 0; i < 3; i++)
        {
            await bus.Bus.PublishAsync(Planned(i), Ct);
        }

        await all.Task.WaitAsync(_long, Ct);
    }

    [Fact]
    public async Task Stop_WithQueuedEvents_DeliversThemFirst()
    {
        Handling<FitPlanned> fitted = null!;
        IEventBus inner = null!;
        await using var bus = await BusFixture.StartAsync(s =>
        {
            fitted = s.Handle<FitPlanned>();
            s.Handle<ShardPlanned>(async (e, ct) =>
            {
                await Task.Delay(5, ct);
                await inner.PublishAsync(new FitPlanned(e.RunId, e.Shard), ct);
            });
        });
        inner = bus.Bus;
        for (var i = 0; i < 10; i++)
        {
            await bus.Bus.PublishAsync(Planned(i), Ct);
        }

        await bus.StopAsync();

        Assert.Equal(10, fitted.Seen.Count);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bus.Bus.PublishAsync(Planned(0), Ct).AsTask());
    }

    [Fact]
    public async Task Stop_WithAHandlerThatTakesTooLong_CancelsItWithoutFailingTheRun()
    {
        Handling<RunFailed> failures = null!;
        Handling<ShardPlanned> shards = null!;
        await using var bus = await BusFixture.StartAsync(
            s =>
            {
                failures = s.Handle<RunFailed>();
                shards = s.Handle<ShardPlanned>((_, ct) => Task.Delay(Timeout.Infinite, ct));
            },
            o => o.DrainTimeout = TimeSpan.FromMilliseconds(30));
        await bus.Bus.PublishAsync(Planned(0), Ct);
        await shards.First;

        await bus.StopAsync().WaitAsync(_long, Ct);

        Assert.Empty(failures.Seen);
        Assert.DoesNotContain(bus.Logs.Entries, e => e.Level >= LogLevel.Error);
    }

    internal static ShardPlanned Planned(int shard, string run = "r-1") => new(run, shard, 1000, 2, shard * 10L, 10);
}
