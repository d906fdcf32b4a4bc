using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>Calls that are given up, or cut off, at any moment.</summary>
public sealed class AnyMomentTests
{
    private const int Seed = 20260;
    private const int Calls = 200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_CancelledAtAnyMoment_EndAsCancelledOrWell()
    {
        await using var server = await TestServer.StartAsync();
        var random = new Random(Seed);
        var moments = Enumerable.Range(0, Calls).Select(_ => random.Next(2_000)).ToList();

        await Parallel.ForAsync(0, Calls, Token, async (i, _) =>
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMicroseconds(moments[i]));
            try
            {
                using var call = server.Client.Chat(cancellationToken: cancellation.Token);
                for (var message = 0; message < 20; message++)
                {
                    await call.RequestStream.WriteAsync(new ChatRequest { Text = "hello" }, Token);
                    Assert.True(await call.ResponseStream.MoveNext(Token));
                }
            }
            catch (RpcException exception)
            {
                Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
            }
        });

        await server.Client.SayAsync(new SayRequest(), cancellationToken: Token);
    }

    [Fact]
    public async Task Calls_DisposedAtAnyMoment_LeaveTheChannelAsItWas()
    {
        await using var server = await TestServer.StartAsync();
        var payload = ByteString.CopyFrom(new byte[64 * 1024]);

        for (var i = 0; i < Calls; i++)
        {
            using var unary = server.Client.SayAsync(new SayRequest { Payload = payload }, cancellationToken: Token);
            using var many = server.Client.Count(
                new CountRequest { Messages = 100, Size = 10_000 }, cancellationToken: Token);
            if (i % 3 == 0)
            {
                await many.ResponseStream.MoveNext(Token);
            }
        }

        var response = await server.Client.SayAsync(new SayRequest { Payload = payload }, cancellationToken: Token);
        Assert.Equal(payload, response.Payload);
    }

    [Fact]
    public async Task Peer_ThatFallsSilent_IsFoundOutByPings()
    {
        await using var server = await TestServer.StartAsync();
        using var line = new SilencedLine(new Uri(server.Address).Port);
        using var handler = new SocketsHttpHandler
        {
            KeepAlivePingDelay = TimeSpan.FromSeconds(1),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(1),
        };
        using var channel = GrpcChannel.ForAddress(line.Address, new GrpcChannelOptions { HttpHandler = handler });

        using var call = new PlaygroundService.PlaygroundServiceClient(channel).Chat(cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await call.RequestStream.WriteAsync(new ChatRequest { Text = "hello" }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            line.Silence();
            await call.ResponseStream.MoveNext(Token);
        });

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
    }

    /// <summary>Passes bytes on until told to stop, but keeps the connections open.</summary>
    private sealed class SilencedLine : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _closed = new();
        private readonly int _port;
        private volatile bool _silent;

        public SilencedLine(int port)
        {
            _port = port;
            _listener.Start();
            _ = RunAsync();
        }

        public string Address => $"http://{_listener.LocalEndpoint}";

        public void Silence() => _silent = true;

        public void Dispose()
        {
            _closed.Cancel();
            _listener.Dispose();
        }

        private async Task RunAsync()
        {
            using var near = await _listener.AcceptTcpClientAsync(_closed.Token);
            using var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, _port, _closed.Token);
            await Task.WhenAny(
                PassAsync(near.GetStream(), far.GetStream()), PassAsync(far.GetStream(), near.GetStream()));
        }

        private async Task PassAsync(Stream from, Stream to)
        {
            var buffer = new byte[4096];
            for (int read; (read = await from.ReadAsync(buffer, _closed.Token)) > 0;)
            {
                if (!_silent)
                {
                    await to.WriteAsync(buffer.AsMemory(0, read), _closed.Token);
                }
            }
        }
    }
}
