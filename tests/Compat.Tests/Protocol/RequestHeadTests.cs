using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.Protocol;

/// <summary>Request-Headers of gRPC over HTTP/2, as the server takes them.</summary>
public sealed class RequestHeadTests
{
    [Theory]
    [InlineData("1H", 3600)]
    [InlineData("2M", 120)]
    [InlineData("3S", 3)]
    [InlineData("4000m", 4)]
    [InlineData("5000000u", 5)]
    [InlineData("60000000n", 0.06)]
    [InlineData("9999999H", 35_999_996_400)]
    public async Task Timeout_EachUnit_IsTheCallsDeadline(string timeout, double seconds)
    {
        var deadline = new TaskCompletionSource<TimeSpan>();
        await using var server = await new Scripted
        {
            OnSay = (_, context) =>
            {
                deadline.SetResult(context.Deadline - TimeProvider.System.GetUtcNow().UtcDateTime);
                return Task.FromResult(new SayResponse());
            },
        }.ServeAsync();

        var begin = TimeProvider.System.GetTimestamp();

        var response = await RawCalls.SayAsync(
            server.Address, HeaderList.Call(RawCalls.Say).With("grpc-timeout", timeout));

        // Whatever time the call has used up is missing; all of it, and there is no call.
        var used = TimeProvider.System.GetElapsedTime(begin);
        if (deadline.Task.IsCompleted)
        {
            var whole = TimeSpan.FromSeconds(seconds);
            Assert.InRange(await deadline.Task, whole - used - TimeSpan.FromMilliseconds(20), whole);
        }
        else
        {
            Assert.Equal(4, response.Status);
            Assert.InRange(used.TotalSeconds, seconds, double.MaxValue);
        }
    }

    [Theory]
    [InlineData("5")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("1 S")]
    [InlineData("1s")]
    [InlineData("123456789S")]
    [InlineData("+1S")]
    public async Task Timeout_NotOfTheProtocol_IsInternal(string timeout)
    {
        await using var server = await TestServer.StartAsync();

        var response = await RawCalls.SayAsync(
            server.Address, HeaderList.Call(RawCalls.Say).With("grpc-timeout", timeout));

        Assert.Equal(13, response.Status);
        Assert.Contains($"grpc-timeout is \"{timeout}\"", response.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeout_StatedTwice_IsInternal()
    {
        await using var server = await TestServer.StartAsync();
        var headers = HeaderList.Call(RawCalls.Say);
        headers.Add("grpc-timeout", "1S");
        headers.Add("grpc-timeout", "2S");

        var response = await RawCalls.SayAsync(server.Address, headers);

        Assert.Equal(13, response.Status);
    }

    [Fact]
    public async Task Timeout_Zero_HasPassedAlready()
    {
        await using var server = await new Scripted { OnSay = WaitAsync }.ServeAsync();

        var response = await RawCalls.SayAsync(
            server.Address, HeaderList.Call(RawCalls.Say).With("grpc-timeout", "0S"));

        Assert.Equal(4, response.Status);
    }

    [Theory]
    [InlineData("/koopmanmesh.playground.v1.PlaygroundService/say")]
    [InlineData("/koopmanmesh.playground.v1.playgroundservice/Say")]
    [InlineData("/koopmanmesh.playground.v1.PlaygroundService/Say/")]
    [InlineData("/koopmanmesh.playground.v1.PlaygroundService/Say%20")]
    public async Task Path_NotLetterByLetterTheMethods_IsUnimplemented(string path)
    {
        await using var server = await TestServer.StartAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(path));

        Assert.Equal(200, response.HttpStatus);
        Assert.Equal(12, response.Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task Method_NotPost_IsNeverServed(string method)
    {
        await using var server = await TestServer.StartAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say).With(":method", method));

        Assert.Equal(12, response.Status);
        Assert.False(server.State.Started.Task.IsCompleted);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpcproto")]
    public async Task ContentType_NotGrpc_Is415WithoutAGrpcStatus(string? contentType)
    {
        await using var server = await TestServer.StartAsync();
        var headers = HeaderList.Call(RawCalls.Say).Without("content-type");

        var response = await RawCalls.SayAsync(
            server.Address, contentType is null ? headers : headers.With("content-type", contentType));

        Assert.Equal(415, response.HttpStatus);
        Assert.Null(response.Status);
    }

    [Fact]
    public async Task Te_Missing_IsServed()
    {
        await using var server = await TestServer.StartAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say).Without("te"));

        Assert.Equal(0, response.Status);
    }

    [Fact]
    public async Task Te_OtherThanTrailers_IsMalformedHttp()
    {
        await using var server = await TestServer.StartAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say).With("te", "gzip"));

        Assert.Null(response.Status);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("GZIP")]
    [InlineData("gzip,identity")]
    public async Task Encoding_Unknown_IsUnimplementedAndToldWhatIsKnown(string encoding)
    {
        await using var server = await TestServer.StartAsync();

        var response = await RawCalls.SayAsync(
            server.Address, HeaderList.Call(RawCalls.Say).With("grpc-encoding", encoding));

        Assert.Equal(12, response.Status);
        Assert.Contains(encoding, response.Message, StringComparison.Ordinal);
        Assert.Equal("identity,gzip", response.Headers!["grpc-accept-encoding"]);
    }

    [Fact]
    public async Task Host_IsTheAuthority()
    {
        await using var server = await new Scripted { OnSay = (_, context) => EchoAsync(context.Host) }.ServeAsync();

        var response = await RawCalls.SayAsync(
            server.Address, HeaderList.Call(RawCalls.Say).With(":authority", "mesh.example:7070"));

        Assert.Equal("mesh.example:7070", Text(response));
    }

    [Fact]
    public async Task Peer_IsTheClientsAddress()
    {
        await using var server = await new Scripted { OnSay = (_, context) => EchoAsync(context.Peer) }.ServeAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.Matches("^ipv4:127\\.0\\.0\\.1:[0-9]+$", Text(response));
    }

    private static async Task<SayResponse> WaitAsync(SayRequest request, ServerCallContext context)
    {
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return new SayResponse();
    }

    private static Task<SayResponse> EchoAsync(string text) => Task.FromResult(
        new SayResponse { Payload = Google.Protobuf.ByteString.CopyFromUtf8(text) });

    private static string Text(RawResponse response) =>
        SayResponse.Parser.ParseFrom(response.Messages.Single().Message).Payload.ToStringUtf8();
}
