using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.Protocol;

/// <summary>Response-Headers, Trailers and Trailers-Only of gRPC over HTTP/2, as the server sends them.</summary>
public sealed class ResponseTests
{
    /// <summary>Many clients take no more than 8 KiB of headers.</summary>
    private const int ClientsHeaderLimit = 8192;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ok_IsHeadersMessageAndTrailers()
    {
        await using var server = await TestServer.StartAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.Equal("200", response.Headers![":status"]);
        Assert.Equal("application/grpc", response.Headers["content-type"]);
        Assert.Equal("identity,gzip", response.Headers["grpc-accept-encoding"]);
        Assert.Null(response.Headers["grpc-status"]);
        Assert.Equal([0, 0, 0, 0, 0], response.Body);
        Assert.Equal(["grpc-status"], response.Trailers!.Select(header => header.Name));
        Assert.Equal("0", response.Trailers!["grpc-status"]);
    }

    [Fact]
    public async Task ImmediateError_IsOneHeaderBlockThatEndsTheStream()
    {
        await using var server = await new Scripted { OnSay = (_, _) => FailAsync(StatusCode.NotFound, "no") }
            .ServeAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var stream = await connection.CallAsync(HeaderList.Call(RawCalls.Say), RawCalls.EmptyMessage, Token);
        var frame = await stream.ReadFrameAsync(Token);

        Assert.Equal(FrameType.Headers, frame!.Type);
        Assert.True(frame.Flags.HasFlag(FrameFlags.EndStream));
        var headers = Hpack.Decode(frame.Payload.Span);
        Assert.Equal("200", headers[":status"]);
        Assert.Equal("application/grpc", headers["content-type"]);
        Assert.Equal("5", headers["grpc-status"]);
        Assert.Equal("no", headers["grpc-message"]);
    }

    [Fact]
    public async Task ErrorBehindAMessage_StandsInTheTrailers()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var request = new CountRequest { Messages = 1, FailCode = 9, FailMessage = "enough" };

        var response = await connection.ExchangeAsync(HeaderList.Call(RawCalls.Count), Framed(request));

        Assert.Single(response.Messages);
        Assert.Null(response.Headers!["grpc-status"]);
        Assert.Equal("9", response.Trailers!["grpc-status"]);
        Assert.Equal("enough", response.Trailers["grpc-message"]);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("100 %", "100 %25")]
    [InlineData("größer", "gr%C3%B6%C3%9Fer")]
    [InlineData("\t\r\n\0\u007f", "%09%0D%0A%00%7F")]
    [InlineData("☃🧊", "%E2%98%83%F0%9F%A7%8A")]
    [InlineData(" !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~", " !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~")]
    public async Task Message_AnyText_IsPercentEncodedUtf8(string detail, string encoded)
    {
        await using var server = await new Scripted { OnSay = (_, _) => FailAsync(StatusCode.Aborted, detail) }
            .ServeAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.Equal(encoded, response.Message);
    }

    [Fact]
    public async Task Message_NotQuiteUnicode_IsSentWithTheReplacementCharacter()
    {
        await using var server = await new Scripted { OnSay = (_, _) => FailAsync(StatusCode.Aborted, "\ud83e!") }
            .ServeAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.Equal("%EF%BF%BD!", response.Message);
    }

    [Theory]
    [InlineData("x", 100_000)]
    [InlineData("☃", 2_000)]
    public async Task Message_TooLongForAClientsHeaders_IsCutBetweenCharacters(string character, int times)
    {
        var detail = string.Concat(Enumerable.Repeat(character, times));
        await using var server = await new Scripted { OnSay = (_, _) => FailAsync(StatusCode.Aborted, detail) }
            .ServeAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.Equal(10, response.Status);
        Assert.InRange(response.Message!.Length, 1000, ClientsHeaderLimit / 2);
        Assert.EndsWith("...", response.Message, StringComparison.Ordinal);
        Assert.StartsWith(Uri.UnescapeDataString(response.Message[..^3]), detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task Status_NoneOfGrpcs_IsUnknown(int code)
    {
        await using var server = await new Scripted { OnSay = (_, _) => FailAsync((StatusCode)code, "odd") }
            .ServeAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.Equal(2, response.Status);
        Assert.Equal("odd", response.Message);
    }

    [Fact]
    public async Task Status_SetOnTheContext_EndsAUnaryCallWithoutAResponse()
    {
        await using var server = await new Scripted
        {
            OnSay = (_, context) =>
            {
                context.Status = new Status(StatusCode.DataLoss, "gone");
                return Task.FromResult(new SayResponse());
            },
        }.ServeAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.Equal(15, response.Status);
        Assert.Empty(response.Body);
    }

    [Fact]
    public async Task Trailer_ThatHttpCannotCarry_IsInternal()
    {
        await using var server = await new Scripted
        {
            OnSay = (_, context) =>
            {
                context.ResponseTrailers.Add("snow", "☃");
                return Task.FromResult(new SayResponse());
            },
        }.ServeAsync();
        server.ExpectsErrors = true;

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.Equal(13, response.Status);
        Assert.Contains("snow", response.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_AfterTheServiceReturned_IsRefusedAndDisturbsNothing()
    {
        IServerStreamWriter<CountResponse>? kept = null;
        ServerCallContext? call = null;
        await using var server = await new Scripted
        {
            OnCount = (responses, context) =>
            {
                (kept, call) = (responses, context);
                return Task.CompletedTask;
            },
        }.ServeAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(HeaderList.Call(RawCalls.Count), RawCalls.EmptyMessage);
        Assert.Equal(0, response.Status);

        await Assert.ThrowsAsync<InvalidOperationException>(() => kept!.WriteAsync(new CountResponse(), Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => call!.WriteResponseHeadersAsync([]));
        Assert.False(call!.CancellationToken.IsCancellationRequested);
        Assert.Equal(
            0, (await connection.ExchangeAsync(HeaderList.Call(RawCalls.Count), RawCalls.EmptyMessage)).Status);
    }

    internal static byte[] Framed(Google.Protobuf.IMessage message) =>
        GrpcMessage.Frame(Google.Protobuf.MessageExtensions.ToByteArray(message));

    private static Task<SayResponse> FailAsync(StatusCode code, string detail) =>
        throw new RpcException(new Status(code, detail));
}
