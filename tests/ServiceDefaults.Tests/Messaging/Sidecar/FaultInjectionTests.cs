using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Servers;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging.Sidecar;

/// <summary>The double does to events what its environment says, and nothing else.</summary>
public sealed class FaultInjectionTests
{
    private const int Events = 300;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithoutFaults_EveryEventComesOnceInOrder()
    {
        var shards = await DeliverAsync([], seen => seen.Contains(Last));

        Assert.Equal(Enumerable.Range(0, Events), shards);
    }

    [Fact]
    public async Task Drop_LosesItsShareForGood()
    {
        var shards = await DeliverAsync(
            new() { ["SIDECAR_DROP"] = "0.2", ["SIDECAR_SEED"] = "7" }, seen => seen.Contains(Last));

        Assert.Equal(shards.Count, shards.Distinct().Count());
        AssertShare(0.2, Events - shards.Count);
    }

    [Fact]
    public async Task Duplicate_DeliversItsShareTwice()
    {
        var shards = await DeliverAsync(
            new() { ["SIDECAR_DUPLICATE"] = "0.2", ["SIDECAR_SEED"] = "7" }, seen => seen.Contains(Last));

        Assert.Equal(Enumerable.Range(0, Events), shards.Distinct().Order());
        AssertShare(0.2, shards.Count - Events);
    }

    [Fact]
    public async Task Shuffle_LetsLaterEventsOvertake()
    {
        var shards = await DeliverAsync(
            new() { ["SIDECAR_SHUFFLE"] = "0.2", ["SIDECAR_DELAY"] = "2", ["SIDECAR_SEED"] = "7" },
            seen => seen.Where(s => s < Events).Distinct().Count() >= Events);

        Assert.Equal(Enumerable.Range(0, Events), shards.Order());
        Assert.NotEqual(Enumerable.Range(0, Events), shards);
    }

    // Comes after the events, and again and again until one of it gets through: then all before are through as well.
    private const int Last = Events;

    /// <summary>Within four standard deviations of what the share makes of so many events.</summary>
    private static void AssertShare(double share, int count)
    {
        var deviation = 4 * Math.Sqrt(Events * share * (1 - share));
        Assert.InRange(count, (Events * share) - deviation, (Events * share) + deviation);
    }

    private static async Task<List<int>> DeliverAsync(
        Dictionary<string, string> faults, Func<IReadOnlyCollection<int>, bool> isDone)
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(
            redis, s => shards = s.Handle<ShardPlanned>(), s => s with { Environment = faults });
        await CompetingConsumersTests.PublishAsync(replica, Events);
        while (!isDone(Shards()))
        {
            await replica.Bus.PublishAsync(InProcessEventBusTests.Planned(Last), Ct);
            await Task.Delay(TimeSpan.FromMilliseconds(50), Ct);
        }

        return [.. Shards().Where(static s => s < Events)];

        List<int> Shards() => [.. shards.Seen.Select(static e => e.Shard)];
    }
}
