using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Interop;

/// <summary>This client against the official Node server.</summary>
public sealed class NodeServerTests : IAsyncLifetime
{
    private NodePeer? _peer;
    private GrpcChannel? _channel;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PlaygroundService.PlaygroundServiceClient Client => new(_channel);

    public async ValueTask InitializeAsync()
    {
        _peer = NodePeer.Start("server.cjs");
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{await _peer.Output.ReadLineAsync(Token)}");
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_peer is not null)
        {
            await _peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task Client_UnaryToOfficialServer_GetsPayloadAndMetadata()
    {
        var metadata = new Metadata
        {
            { "x-bytes-bin", [0, 1, 254, 255] },
            { "t-text", "trailing text" },
        };

        using var call = Client.SayAsync(
            new SayRequest { Payload = ByteString.CopyFrom(new byte[200_000]) }, metadata, cancellationToken: Token);
        var response = await call;

        Assert.Equal(200_000, response.Payload.Length);
        Assert.Equal([0, 1, 254, 255], (await call.ResponseHeadersAsync).GetValueBytes("x-bytes-bin"));
        Assert.Equal("trailing text", call.GetTrailers().GetValue("t-text"));
    }

    [Fact]
    public async Task Client_ErrorOfOfficialServer_IsRead()
    {
        using var call = Client.SayAsync(
            new SayRequest { FailCode = 9, FailMessage = "100 % größer 雪" }, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(new Status(StatusCode.FailedPrecondition, "100 % größer 雪"), exception.Status);
        Assert.Equal([1, 2, 255], exception.Trailers.GetValueBytes("why-bin"));
    }

    [Fact]
    public async Task Client_GzipToOfficialServer_IsUnpackedThere()
    {
        var gzip = new Metadata { { "grpc-internal-encoding-request", "gzip" } };

        var response = await Client.SayAsync(
            new SayRequest { Payload = ByteString.CopyFrom(new byte[50_000]) }, gzip, cancellationToken: Token);

        Assert.Equal(50_000, response.Payload.Length);
    }

    [Fact]
    public async Task Client_StreamsToOfficialServer_AreAllRead()
    {
        using var call = Client.Collect(cancellationToken: Token);
        for (var i = 0; i < 50; i++)
        {
            await call.RequestStream.WriteAsync(
                new CollectRequest { Payload = ByteString.CopyFrom(new byte[100_000]) }, Token);
        }

        await call.RequestStream.CompleteAsync();
        var response = await call;

        Assert.Equal((50, 5_000_000), (response.Messages, response.Bytes));
    }

    [Fact]
    public async Task Client_StreamFromOfficialServer_IsReadInOrderToItsError()
    {
        using var call = Client.Count(
            new CountRequest { Messages = 50, Size = 100_000, FailCode = 14, FailMessage = "gone" },
            cancellationToken: Token);
        for (var i = 0; i < 50; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
            var current = call.ResponseStream.Current;
            Assert.Equal((i, 100_000), (current.Number, current.Payload.Length));
        }

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(new Status(StatusCode.Unavailable, "gone"), exception.Status);
    }

    [Fact]
    public async Task Client_ChatWithOfficialServer_PingsPongsAndHalfCloses()
    {
        using var call = Client.Chat(cancellationToken: Token);
        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(new ChatRequest { Text = $"{i}" }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal($"{i}", call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal("bye", call.ResponseStream.Current.Text);
        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    [Fact]
    public async Task Client_LeavesAStream_OfficialServerSeesIt()
    {
        using (var call = Client.Count(new CountRequest { Messages = 1, Wait = true }, cancellationToken: Token))
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
        }

        var line = await _peer!.Output.ReadLineAsync(Token);

        Assert.Equal("cancelled", line);
    }

    [Fact]
    public async Task Client_DeadlineAtOfficialServer_Passes()
    {
        using var call = Client.SayAsync(
            new SayRequest { Wait = true },
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200),
            cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }
}
