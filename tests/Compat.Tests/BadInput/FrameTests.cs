using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.BadInput;

/// <summary>Frames that RFC 9113 forbids: the connection ends with the code that it names, and no other does.</summary>
public sealed class FrameTests
{
    private static readonly byte[] TwoGigabytes = [0x7f, 0xff, 0xff, 0xff];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, ErrorCode> Forbidden => new()
    {
        { "DATA on stream 0", ErrorCode.ProtocolError },
        { "DATA on an idle stream", ErrorCode.ProtocolError },
        { "HEADERS on stream 0", ErrorCode.ProtocolError },
        { "HEADERS on an even stream", ErrorCode.ProtocolError },
        { "HEADERS that are no HPACK", ErrorCode.CompressionError },
        { "HEADERS of an unknown index", ErrorCode.CompressionError },
        { "HEADERS padded beyond their length", ErrorCode.ProtocolError },
        { "HEADERS that depend on themselves", ErrorCode.ProtocolError },
        { "PRIORITY of four bytes", ErrorCode.FrameSizeError },
        { "RST_STREAM of an idle stream", ErrorCode.ProtocolError },
        { "RST_STREAM of three bytes", ErrorCode.FrameSizeError },
        { "SETTINGS of five bytes", ErrorCode.FrameSizeError },
        { "SETTINGS on a stream", ErrorCode.ProtocolError },
        { "SETTINGS acknowledged with a payload", ErrorCode.FrameSizeError },
        { "SETTINGS of an initial window too large", ErrorCode.FlowControlError },
        { "PUSH_PROMISE", ErrorCode.ProtocolError },
        { "PING of seven bytes", ErrorCode.FrameSizeError },
        { "PING on a stream", ErrorCode.ProtocolError },
        { "GOAWAY on a stream", ErrorCode.ProtocolError },
        { "WINDOW_UPDATE by nothing", ErrorCode.ProtocolError },
        { "WINDOW_UPDATE beyond all windows", ErrorCode.FlowControlError },
        { "CONTINUATION of nothing", ErrorCode.ProtocolError },
        { "a frame longer than allowed", ErrorCode.FrameSizeError },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task Frame_Forbidden_EndsItsConnectionOnly(string what, ErrorCode expected)
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        await connection.SendAsync(Make(what), Token);
        await connection.EndedAsync();

        Assert.Equal(expected, connection.GoAway?.Error);
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Frame_InTheMidstOfAHeaderBlock_EndsItsConnectionOnly()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        await connection.SendAsync(Frame.Headers(1, HeaderList.Call(RawCalls.Say), FrameFlags.None), Token);
        await connection.SendAsync(Frame.Ping(1), Token);
        await connection.EndedAsync();

        Assert.Equal(ErrorCode.ProtocolError, connection.GoAway?.Error);
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Frame_DataBeyondTheWindow_EndsItsConnectionOnly()
    {
        await using var server = await ProductServer.StartAsync();
        server.State.MayRead = new TaskCompletionSource();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);
        var window = connection.Settings[Setting.InitialWindowSize];

        for (var sent = 0L; sent <= window && !connection.Ended.IsCompleted; sent += RawConnection.DefaultFrameSize)
        {
            await connection.SendAsync(Frame.Data(stream.Id, new byte[RawConnection.DefaultFrameSize]), Token);
        }

        var response = await stream.ReadResponseAsync(Token);
        Assert.Equal(ErrorCode.FlowControlError, response.Reset ?? connection.GoAway?.Error);
        server.State.MayRead.SetResult();
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Frame_DataBehindTheEndOfItsStream_EndsItsConnectionOnly()
    {
        await using var server = await ProductServer.StartAsync();
        server.State.MayRead = new TaskCompletionSource();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var stream = await connection.CallAsync(HeaderList.Call(RawCalls.Collect), RawCalls.EmptyMessage, Token);

        await connection.SendAsync(Frame.Data(stream.Id, RawCalls.EmptyMessage), Token);
        await connection.EndedAsync();

        Assert.Equal(ErrorCode.StreamClosed, connection.GoAway?.Error);
        server.State.MayRead.SetResult();
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Stream_OfALowerNumberThanTheLast_EndsItsConnectionOnly()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var flags = FrameFlags.EndHeaders | FrameFlags.EndStream;

        await connection.SendAsync(Frame.Headers(5, HeaderList.Call(RawCalls.Collect), flags), Token);
        await connection.SendAsync(Frame.Headers(3, HeaderList.Call(RawCalls.Collect), flags), Token);
        await connection.EndedAsync();

        Assert.Equal(ErrorCode.StreamClosed, connection.GoAway?.Error);
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Frame_OfAnUnknownType_IsPassedOver()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        await connection.SendAsync(new Frame((FrameType)0xbe, (FrameFlags)0xff, 0, new byte[100]), Token);
        var response = await connection.ExchangeAsync(HeaderList.Call(RawCalls.Say), RawCalls.EmptyMessage);

        Assert.Equal(0, response.Status);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSN\r\n\r\n")]
    public async Task Preface_NotOfHttp2_EndsTheConnection(string preface)
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(
            server.Address, new RawConnectionOptions { SendsPreface = false });

        await connection.SendAsync(System.Text.Encoding.Latin1.GetBytes(preface), Token);
        await connection.EndedAsync();

        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Preface_OfALineWithoutEnd_EndsTheConnection()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(
            server.Address, new RawConnectionOptions { SendsPreface = false });

        await connection.SendAsync(new byte[32_768], Token);
        await connection.EndedAsync();

        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Frame_ThatNeverComesWhole_HoldsNobodyUp()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);

        await connection.SendAsync(
            Frame.Data(stream.Id, new byte[10]) with { StatedLength = RawConnection.DefaultFrameSize }, Token);
        await server.ServesOthersAsync();
        connection.CloseHalf();
        await connection.EndedAsync();

        await server.State.Cancelled.Task.WaitAsync(Token);
    }

    private static Frame Make(string what) => what switch
    {
        "DATA on stream 0" => Frame.Data(0, RawCalls.EmptyMessage),
        "DATA on an idle stream" => Frame.Data(1, RawCalls.EmptyMessage),
        "HEADERS on stream 0" => Call(0),
        "HEADERS on an even stream" => Call(2),
        "HEADERS that are no HPACK" => Headers(FrameFlags.EndHeaders, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
        "HEADERS of an unknown index" => Headers(FrameFlags.EndHeaders, 0xff, 0x00),
        "HEADERS padded beyond their length" => Headers(FrameFlags.EndHeaders | FrameFlags.Padded, 200, 0x82),
        "HEADERS that depend on themselves" =>
            Headers(FrameFlags.EndHeaders | FrameFlags.Priority, 0, 0, 0, 1, 0, 0x82),
        "PRIORITY of four bytes" => Of(FrameType.Priority, 1, new byte[4]),
        "RST_STREAM of an idle stream" => Frame.Reset(1, ErrorCode.Cancel),
        "RST_STREAM of three bytes" => Of(FrameType.ResetStream, 1, new byte[3]),
        "SETTINGS of five bytes" => Of(FrameType.Settings, 0, new byte[5]),
        "SETTINGS on a stream" => Of(FrameType.Settings, 1, []),
        "SETTINGS acknowledged with a payload" =>
            Frame.Settings((Setting.EnablePush, 0u)) with { Flags = FrameFlags.Acknowledge },
        "SETTINGS of an initial window too large" => Frame.Settings((Setting.InitialWindowSize, 0x80000000u)),
        "PUSH_PROMISE" => Of(FrameType.PushPromise, 1, new byte[4]),
        "PING of seven bytes" => Of(FrameType.Ping, 0, new byte[7]),
        "PING on a stream" => Frame.Ping(1) with { StreamId = 1 },
        "GOAWAY on a stream" => Of(FrameType.GoAway, 1, new byte[8]),
        "WINDOW_UPDATE by nothing" => Frame.WindowUpdate(0, 0),
        "WINDOW_UPDATE beyond all windows" => Of(FrameType.WindowUpdate, 0, TwoGigabytes),
        "CONTINUATION of nothing" => Of(FrameType.Continuation, 1, [0x82]),
        "a frame longer than allowed" => Of(FrameType.Ping, 0, new byte[8]) with { StatedLength = 0xffffff },
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "not a case"),
    };

    private static Frame Call(int streamId) =>
        Frame.Headers(streamId, HeaderList.Call(RawCalls.Say), FrameFlags.EndHeaders | FrameFlags.EndStream);

    private static Frame Headers(FrameFlags flags, params byte[] block) =>
        new(FrameType.Headers, flags | FrameFlags.EndStream, 1, block);

    private static Frame Of(FrameType type, int streamId, byte[] payload) =>
        new(type, FrameFlags.None, streamId, payload);
}
