using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class MessageSizeTests
{
    private const int FourMebibytes = 4 * 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unary_AlmostFourMebibytes_Passes()
    {
        await using var server = await TestServer.StartAsync();
        var request = Sized(FourMebibytes - 100);

        var response = await server.Client.SayAsync(request, cancellationToken: Token);

        Assert.Equal(request.Payload, response.Payload);
    }

    [Fact]
    public async Task Unary_SixtyFourMebibytesWithoutLimits_Passes()
    {
        await using var server = await TestServer.StartAsync(
            options => options.MaxReceiveMessageSize = null,
            channel: new GrpcChannelOptions { MaxReceiveMessageSize = null });

        var response = await server.Client.SayAsync(Sized(16 * FourMebibytes), cancellationToken: Token);

        Assert.Equal(16 * FourMebibytes, response.Payload.Length);
    }

    [Fact]
    public async Task Unary_RequestOverTheServersDefault_IsResourceExhausted()
    {
        await using var server = await TestServer.StartAsync();

        await AssertExhaustedAsync(server, Sized(FourMebibytes), $"limit {FourMebibytes} bytes");
    }

    [Fact]
    public async Task Unary_ResponseOverTheClientsDefault_IsResourceExhausted()
    {
        await using var server = await TestServer.StartAsync();

        await AssertExhaustedAsync(
            server, new SayRequest { ResponseSize = FourMebibytes }, $"limit {FourMebibytes} bytes");
    }

    [Fact]
    public async Task Unary_RequestOverTheClientsSendLimit_IsResourceExhausted()
    {
        await using var server = await TestServer.StartAsync(
            channel: new GrpcChannelOptions { MaxSendMessageSize = 1000 });

        await AssertExhaustedAsync(server, Sized(1001), "limit 1000 bytes");

        Assert.False(server.State.Started.Task.IsCompleted);
    }

    [Fact]
    public async Task Unary_ResponseOverTheServersSendLimit_IsResourceExhausted()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxSendMessageSize = 1000);

        await AssertExhaustedAsync(server, new SayRequest { ResponseSize = 1001 }, "limit 1000 bytes");
    }

    [Fact]
    public async Task Unary_ServiceOptions_WinOverThoseOfAll()
    {
        await using var server = await TestServer.StartAsync(
            options => options.MaxReceiveMessageSize = 10,
            services => services.AddGrpc().AddServiceOptions<Hosting.Playground>(o => o.MaxReceiveMessageSize = 2000));

        await server.Client.SayAsync(Sized(1000), cancellationToken: Token);

        await AssertExhaustedAsync(server, Sized(3000), "limit 2000 bytes");
    }

    [Fact]
    public async Task ClientStreaming_OneMessageTooLarge_EndsTheCall()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxReceiveMessageSize = 1000);

        using var call = server.Client.Collect(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new CollectRequest(), Token);
        await call.RequestStream.WriteAsync(
            new CollectRequest { Payload = ByteString.CopyFrom(new byte[2000]) }, Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
    }

    private static SayRequest Sized(int bytes)
    {
        var payload = new byte[bytes];
        new Random(7).NextBytes(payload);
        return new SayRequest { Payload = ByteString.CopyFrom(payload) };
    }

    private static async Task AssertExhaustedAsync(TestServer server, SayRequest request, string limit)
    {
        using var call = server.Client.SayAsync(request, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Contains(limit, exception.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(StatusCode.ResourceExhausted, call.GetStatus().StatusCode);
    }
}
