using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Compat.Tests.Client;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class CompressionTests
{
    private static readonly Metadata Gzip = new() { { "grpc-internal-encoding-request", "gzip" } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unary_GzipBothWays_ComesBack()
    {
        await using var server = await TestServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        var payload = ByteString.CopyFrom(Enumerable.Range(0, 500_000).Select(i => (byte)(i / 1000)).ToArray());

        using var call = server.Client.SayAsync(new SayRequest { Payload = payload }, Gzip, cancellationToken: Token);
        var response = await call;

        Assert.Equal(payload, response.Payload);
    }

    [Fact]
    public async Task ClientStreaming_SomeMessagesUncompressed_AreAllRead()
    {
        await using var server = await TestServer.StartAsync();
        var payload = ByteString.CopyFrom(new byte[10_000]);

        using var call = server.Client.Collect(Gzip, cancellationToken: Token);
        for (var i = 0; i < 10; i++)
        {
            call.RequestStream.WriteOptions = i % 2 == 0 ? null : new WriteOptions(WriteFlags.NoCompress);
            await call.RequestStream.WriteAsync(new CollectRequest { Payload = payload }, Token);
        }

        await call.RequestStream.CompleteAsync();
        var response = await call;

        Assert.Equal(100_000, response.Bytes);
    }

    [Fact]
    public async Task Unary_SmallMessageThatUnpacksLarge_IsResourceExhausted()
    {
        await using var server = await TestServer.StartAsync();
        var bomb = new SayRequest { Payload = ByteString.CopyFrom(new byte[64 * 1024 * 1024]) };

        using var call = server.Client.SayAsync(bomb, Gzip, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Contains("more than 4194304 decompressed", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_UnknownRequestEncodingAsked_SaysWhichAreKnown()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.SayAsync(
            new SayRequest(), new Metadata { { "grpc-internal-encoding-request", "zstd" } }, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal("Request encoding \"zstd\" isn't known; \"gzip\" is.", exception.Status.Detail);
    }

    [Fact]
    public async Task Stream_UnknownRequestEncodingAsked_IsNotBegun()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new PlaygroundService.PlaygroundServiceClient(channel);
        var zstd = new Metadata { { "grpc-internal-encoding-request", "zstd" } };

        Assert.Throws<RpcException>(() => client.Collect(zstd, cancellationToken: Token));
        Assert.Throws<RpcException>(() => client.Chat(zstd, cancellationToken: Token));
        await client.SayAsync(new SayRequest(), cancellationToken: Token);

        Assert.Equal(1, server.Calls);
    }
}
