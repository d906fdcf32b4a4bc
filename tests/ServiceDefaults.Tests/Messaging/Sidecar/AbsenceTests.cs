using System.Globalization;
using System.Net.Sockets;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Messaging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging.Sidecar;

/// <summary>Broker and sidecar go away, and come back.</summary>
public sealed class AbsenceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RedisThatRestarts_LosesNoEvent()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;

        // An event that was read as Redis went, and did not arrive, comes again after the processing timeout.
        await using var replica = await Replica.StartAsync(
            redis, s => shards = s.Handle<ShardPlanned>(), s => s with { ProcessingTimeout = "2s" });

        for (var i = 0; i < 60; i++)
        {
            if (i == 30)
            {
                await redis.RestartAsync(Ct);
            }

            await replica.Bus.PublishAsync(InProcessEventBusTests.Planned(i), Ct);
        }

        await Eventually.IsTrueAsync(
            () => shards.Seen.Select(static e => e.Shard).Distinct().Count() == 60, "60 events came");
    }

    [Fact]
    public async Task RedisThatForgotEverything_IsSubscribedToAgain()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(redis, s => shards = s.Handle<ShardPlanned>());

        await FlushAsync(redis);
        await CompetingConsumersTests.PublishAsync(replica, 1);

        Assert.Equal(0, (await shards.First).Shard);
    }

    [Fact]
    public async Task SidecarThatRestarts_TakesTheEventThatWaitedForIt()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        Handling<ShardPlanned> shards = null!;
        await using var replica = await Replica.StartAsync(
            redis, s => shards = s.Handle<ShardPlanned>());
        await replica.Sidecar.KillAsync();

        var publication = replica.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct).AsTask();
        await replica.Sidecar.StartAsync();
        await publication;

        Assert.Equal(0, (await shards.First).Shard);
    }

    [Fact]
    public async Task SidecarThatStaysAway_IsUnavailableAndThenTriedOnlyOnce()
    {
        await using var host = await EventHost.StartAsync(
            static s => s.Handle<ShardPlanned>(),
            new Dictionary<string, string?>
            {
                ["DAPR_HTTP_PORT"] = SidecarProcess.FreePort().ToString(CultureInfo.InvariantCulture),
                ["EventBus:PublishTimeout"] = "00:00:02",
            });

        var first = await Assert.ThrowsAsync<EventBusUnavailableException>(() => PublishAsync(host));
        var delayed = Delayed();
        var second = await Assert.ThrowsAsync<EventBusUnavailableException>(() => PublishAsync(host));

        Assert.Equal(ErrorKind.Unavailable, first.Kind);
        Assert.Equal(ErrorKind.Unavailable, second.Kind);
        Assert.True(delayed > 0);
        Assert.Equal(delayed, Delayed());

        int Delayed() => host.Logs.Entries.Count(
            e => e.Message.Contains("failed and was tried again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Readiness_SaysWhetherTheSidecarIsThere()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        var port = SidecarProcess.FreePort();
        await using var host = await EventHost.StartAsync(
            static s => s.Handle<ShardPlanned>(),
            new Dictionary<string, string?> { ["DAPR_HTTP_PORT"] = port.ToString(CultureInfo.InvariantCulture) });
        var checks = host.Services.GetRequiredService<HealthCheckService>();

        var without = await checks.CheckHealthAsync(Ct);
        await using var sidecar = await SidecarProcess.StartAsync(
            new SidecarSettings(redis) { HttpPort = port, AppPort = host.Address.Port });
        var with = await checks.CheckHealthAsync(Ct);

        Assert.Equal(HealthStatus.Unhealthy, without.Entries["sidecar"].Status);
        Assert.Equal(HealthStatus.Healthy, with.Entries["sidecar"].Status);
    }

    private static Task PublishAsync(EventHost host) =>
        host.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct).AsTask();

    private static async Task FlushAsync(RedisServer redis)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", redis.Port, Ct);
        await client.GetStream().WriteAsync("FLUSHALL\r\n"u8.ToArray(), Ct);
        Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[16], Ct));
    }
}
