using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>gRPC's load balancing: pick_first and round_robin over the addresses of one target.</summary>
public sealed class BalancingTests
{
    private static CallOptions Call => new(cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public async Task RoundRobin_ThreeAddresses_TakeCallsInTurn()
    {
        await using var one = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        await using var two = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        await using var three = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        ScriptedServer[] servers = [one, two, three];
        using var channel = Targets.Open(Targets.Options(servers));
        await CallUntilAsync(channel, () => servers.All(server => server.Calls > 0));
        var before = servers.Select(server => server.Calls).ToArray();

        for (var call = 0; call < 30; call++)
        {
            await Targets.SayAsync(channel, Call);
        }

        Assert.Equal([10, 10, 10], servers.Select((server, i) => server.Calls - before[i]));
    }

    [Fact]
    public async Task RoundRobin_OneDiesMidWay_NoCallFails()
    {
        await using var one = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        await using var two = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        await using var three = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        ScriptedServer[] servers = [one, two, three];
        using var channel = Targets.Open(
            Targets.Options(servers.Select(Targets.At), new RoundRobinConfig(), Targets.Retry()));
        await CallUntilAsync(channel, () => servers.All(server => server.Calls > 0));

        var calls = Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var call = 0; call < 50; call++)
            {
                await Targets.SayAsync(channel, Call);
            }
        }).ToList();
        await CallUntilAsync(channel, () => one.Calls > 20);
        await one.CutAsync();

        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task RoundRobin_DeadAddress_TakesCallsAgainOnceItIsBack()
    {
        await using var one = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        await using var two = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        await one.CutAsync();
        using var channel = Targets.Open(Targets.Options(one, two));
        await Targets.SayAsync(channel, Call);
        await Targets.SayAsync(channel, Call);
        Assert.Equal((0, 2), (one.Calls, two.Calls));

        await one.StartAgainAsync();

        await CallUntilAsync(channel, () => one.Calls > 0);
    }

    [Fact]
    public async Task RoundRobin_EveryAddressDead_IsUnavailableAndSaysWhich()
    {
        var port = Targets.FreePort();
        using var channel = Targets.Open(Targets.Options([new("127.0.0.1", port)], new RoundRobinConfig()));

        var exception = await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Contains($"127.0.0.1:{port}", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PickFirst_FirstAddress_TakesEveryCallUntilItDies()
    {
        await using var one = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        await using var two = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        using var channel = Targets.Open(
            Targets.Options([Targets.At(one), Targets.At(two)], new PickFirstConfig(), Targets.Retry()));

        for (var call = 0; call < 5; call++)
        {
            await Targets.SayAsync(channel, Call);
        }

        Assert.Equal((5, 0), (one.Calls, two.Calls));
        await one.CutAsync();
        await Targets.SayAsync(channel, Call);
        Assert.Equal(1, two.Calls);
    }

    [Fact]
    public async Task Server_Draining_FinishesItsCallsWhileNewOnesGoElsewhere()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var draining = await ScriptedServer.StartAsync(async context =>
        {
            begun.TrySetResult();
            await finish.Task;
            await ScriptedServer.OkAsync(context);
        });
        await using var other = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        using var channel = Targets.Open(
            Targets.Options([Targets.At(draining), Targets.At(other)], new PickFirstConfig()));

        var underWay = Targets.SayAsync(channel, Call);
        await begun.Task.WaitAsync(Call.CancellationToken);
        var drained = draining.DrainAsync();
        await CallUntilAsync(channel, () => other.Calls > 2);
        Assert.False(underWay.IsCompleted);
        finish.SetResult();

        await underWay;
        await drained;
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Dns_Name_ReachesItsAddressAndIsTheAuthority(string name)
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        using var channel = GrpcChannel.ForAddress(
            $"dns:///{name}:{server.Port}",
            new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure });

        await Targets.SayAsync(channel, Call);

        Assert.Equal($"{name}:{server.Port}", server.Seen.Single()["Host"]);
    }

    [Fact]
    public async Task Dns_NameThatDoesNotExist_IsUnavailable()
    {
        using var channel = GrpcChannel.ForAddress(
            "dns:///nobody.invalid:1", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure });

        var exception = await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
    }

    [Theory]
    [InlineData("dns:///")]
    [InlineData("dns:///a/b")]
    [InlineData("dns:///a:b")]
    [InlineData("dns://server/name:1")]
    public void Dns_NameThatIsNone_IsRefused(string address) => Assert.Throws<ArgumentException>(
        () => GrpcChannel.ForAddress(
            address, new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure }));

    [Fact]
    public async Task Dns_Address6_IsDialled()
    {
        var port = Targets.FreePort();
        using var channel = GrpcChannel.ForAddress(
            $"dns:///[::1]:{port}", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure });

        var exception = await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));

        Assert.Contains($"::1:{port}", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_WithoutCredentials_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("dns:///localhost:1"));
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(
            "unknown:///localhost:1", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure }));
    }

    [Fact]
    public void Name_OverAHandlerThatConnectsByItself_IsRefused()
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => throw new NotSupportedException() };

        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(
            "dns:///localhost:1",
            new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure, HttpHandler = handler }));
    }

    [Fact]
    public async Task Channel_DisposedWhileACallWaits_EndsIt()
    {
        using var channel = Targets.Open(Targets.Options(
            [new BalancerAddress("127.0.0.1", Targets.FreePort())], new RoundRobinConfig()));

        var call = Targets.SayAsync(channel, Call.WithWaitForReady());
        channel.Dispose();
        var exception = await Assert.ThrowsAsync<RpcException>(() => call);

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
    }

    private static async Task CallUntilAsync(GrpcChannel channel, Func<bool> done)
    {
        var client = new PlaygroundService.PlaygroundServiceClient(channel);
        while (!done())
        {
            Call.CancellationToken.ThrowIfCancellationRequested();
            using var call = client.SayAsync(
                new SayRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200));
            await call.ResponseAsync.ContinueWith(
                static _ => { }, Call.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
