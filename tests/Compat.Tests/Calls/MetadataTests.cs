using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class MetadataTests
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Metadata Sent => new()
    {
        { "x-text", "some text" },
        { "x-many", "one" },
        { "x-many", "two" },
        { "X-Upper", "lower case" },
        { "x-bytes-bin", AllBytes },
        { "x-empty-bin", [] },
        { "t-text", "trailing text" },
        { "t-bytes-bin", AllBytes },
        { "t-empty-bin", [] },
    };

    [Fact]
    public async Task Unary_TextAndBytes_TravelBothWays()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.SayAsync(new SayRequest(), Sent, cancellationToken: Token);
        await call;

        AssertEchoed(await call.ResponseHeadersAsync, call.GetTrailers());
    }

    [Fact]
    public async Task Duplex_TextAndBytes_TravelBothWaysAndHeadersComeFirst()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Chat(Sent, cancellationToken: Token);
        var headers = await call.ResponseHeadersAsync;
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.False(await call.ResponseStream.MoveNext(Token));

        AssertEchoed(headers, call.GetTrailers());
    }

    [Fact]
    public async Task Unary_FailedCall_KeepsItsTrailers()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.SayAsync(
            new SayRequest { FailCode = 5, FailMessage = "none" }, Sent, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal([1, 2, 255], exception.Trailers.GetValueBytes("why-bin"));
        Assert.Equal("trailing text", exception.Trailers.GetValue("t-text"));
    }

    [Fact]
    public async Task Unary_TextThatIsNotAscii_IsRefusedBeforeItIsSent()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.SayAsync(
            new SayRequest(), new Metadata { { "x-text", "größer" } }, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Internal, exception.StatusCode);
        Assert.Contains("\"x-text\" is not printable ASCII", exception.Status.Detail, StringComparison.Ordinal);
        Assert.False(server.State.Started.Task.IsCompleted);
    }

    private static void AssertEchoed(Metadata headers, Metadata trailers)
    {
        Assert.Equal("some text", headers.GetValue("x-text"));
        // HttpClient sends a repeated header as one, joined, which HTTP holds to be the same.
        Assert.Equal("one, two", headers.GetValue("x-many"));
        Assert.Equal("lower case", headers.GetValue("x-upper"));
        Assert.Equal(AllBytes, headers.GetValueBytes("x-bytes-bin"));
        Assert.Equal<byte[]?>([], headers.GetValueBytes("x-empty-bin"));
        Assert.Equal("trailing text", trailers.GetValue("t-text"));
        Assert.Equal(AllBytes, trailers.GetValueBytes("t-bytes-bin"));
        Assert.Equal<byte[]?>([], trailers.GetValueBytes("t-empty-bin"));
        Assert.Null(trailers.Get("grpc-status"));
    }
}
