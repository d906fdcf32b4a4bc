using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>What calls and channels leave behind: nothing.</summary>
[Collection(Alone.Name)]
public sealed class LeftoverTests
{
    private const int Rounds = 50;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_GivenUp_LeaveNoExceptionUnobserved()
    {
        Collect();
        var unobserved = new ConcurrentQueue<Exception>();
        void Hear(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += Hear;
        try
        {
            await GiveUpCallsAsync();
            Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Hear;
        }

        Assert.Empty(unobserved);
    }

    [Fact]
    public async Task Channel_Disposed_ClosesEvenConnectionsThatNoCallHasUsed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var other = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        using var channel = Targets.Open(Targets.Options(
            [Targets.At(other), new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port)], new RoundRobinConfig()));
        using var call = new PlaygroundService.PlaygroundServiceClient(channel).SayAsync(
            new SayRequest(), cancellationToken: Token);
        using var connection = await listener.AcceptTcpClientAsync(Token);

        channel.Dispose();

        await DrainAsync(connection.GetStream());
    }

    /// <summary>Reads until the peer has closed, by whatever way.</summary>
    private static async Task DrainAsync(Stream stream)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, Token);
        }
        catch (IOException)
        {
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task GiveUpCallsAsync()
    {
        await using var server = await TestServer.StartAsync();
        await using var failing = await ScriptedServer.StartAsync(ScriptedServer.Fails(StatusCode.Unavailable));
        using var retrying = GrpcChannel.ForAddress(
            failing.Address, new GrpcChannelOptions { ServiceConfig = Targets.Config(Targets.Retry()) });
        using var nowhere = Targets.Open(Targets.Options(
            [new BalancerAddress("127.0.0.1", Targets.FreePort())], new RoundRobinConfig()));
        GrpcChannel[] channels = [server.Channel, retrying, nowhere];
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var channel in channels)
            {
                GiveUpEachKind(new PlaygroundService.PlaygroundServiceClient(channel));
                await Task.Yield();
            }
        }
    }

    private static void GiveUpEachKind(PlaygroundService.PlaygroundServiceClient client)
    {
        using var cancellation = new CancellationTokenSource();
        var options = new CallOptions(cancellationToken: cancellation.Token);
        using var unary = client.SayAsync(new SayRequest { Wait = true }, options);
        using var responses = client.Count(new CountRequest { Messages = 10, Wait = true }, options.WithWaitForReady());
        using var requests = client.Collect(options);
        using var both = client.Chat(options);
        _ = both.ResponseHeadersAsync;
        cancellation.Cancel();
    }

    private static void Collect()
    {
        for (var pass = 0; pass < 3; pass++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
