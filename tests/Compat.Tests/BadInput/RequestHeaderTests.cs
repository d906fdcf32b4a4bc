using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.BadInput;

/// <summary>Header lists that are malformed or too large: refused with stream or connection, never served.</summary>
public sealed class RequestHeaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Malformed =>
    [
        "no :path", "no :method", "no :scheme", "two :path", "a pseudo-header behind a header",
        "an unknown pseudo-header",
        "a response's pseudo-header", "an upper-case name", "an empty name", "connection",
        "a line break in a value", "a zero in a value", "an empty :path", "a :path without a slash",
        "a :path with an encoded zero", "another scheme", "two authorities in one",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Headers_Malformed_AreRefused(string what)
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var stream = connection.NewStream();

        // At once, for the connection may end behind the headers.
        await connection.SendAsync(
            (byte[])
            [
                .. Frame.Headers(stream.Id, Make(what), FrameFlags.EndHeaders).ToBytes(),
                .. Frame.Data(stream.Id, RawCalls.EmptyMessage, endStream: true).ToBytes(),
            ],
            Token);
        var response = await stream.ReadResponseAsync(Token);

        Assert.True(IsRefused(response, connection), Describe(response));
        Assert.False(server.State.Started.Task.IsCompleted);
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task TransferEncoding_WhichHttp2DoesNotHave_ChangesNothing()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Say).With("transfer-encoding", "chunked"), RawCalls.EmptyMessage);

        Assert.Equal(0, response.Status);
    }

    [Theory]
    [InlineData(1, 1_000_000)]
    [InlineData(100_000, 1)]
    [InlineData(2_000, 1_000)]
    public async Task Headers_TooLargeInAll_AreRefused(int count, int size)
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var headers = HeaderList.Call(RawCalls.Say);
        for (var i = 0; i < count; i++)
        {
            headers.Add("x", new string('y', size));
        }

        var stream = connection.NewStream();
        await SendAsync(connection, stream.Id, Hpack.Encode(headers));
        var response = await stream.ReadResponseAsync(Token);

        Assert.True(
            IsRefused(response, connection) || HasEndedWithoutAWord(response, connection), Describe(response));
        Assert.False(server.State.Started.Task.IsCompleted);
        await server.ServesOthersAsync();
    }

    [Theory]
    [InlineData("/%FF%FE/Say")]
    [InlineData("/koopmanmesh.playground.v1.PlaygroundService/%FF")]
    [InlineData("/koopmanmesh.playground.v1.PlaygroundService/Say/../../etc/passwd")]
    [InlineData("/koopmanmesh.playground.v1.PlaygroundService/\u00ff")]
    [InlineData("*")]
    public async Task Path_ThatNobodyServes_IsNotServed(string path)
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(HeaderList.Call(path), RawCalls.EmptyMessage);

        Assert.NotEqual(0, response.Status);
        Assert.False(server.State.Started.Task.IsCompleted);
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Path_OfThousandsOfCharacters_IsAnsweredInFew()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(
            HeaderList.Call("/some.Service/" + new string('M', 7000)), RawCalls.EmptyMessage);

        Assert.Equal(12, response.Status);
        Assert.InRange(response.Message!.Length, 1, 4096);
    }

    /// <summary>In HEADERS and as many CONTINUATIONs as it takes, until the server hangs up.</summary>
    private static async Task SendAsync(RawConnection connection, int streamId, ReadOnlyMemory<byte> block)
    {
        var type = FrameType.Headers;
        var flags = FrameFlags.EndStream;
        try
        {
            while (block.Length > RawConnection.DefaultFrameSize)
            {
                await connection.SendAsync(
                    new Frame(type, flags, streamId, block[..RawConnection.DefaultFrameSize]), Token);
                (type, flags) = (FrameType.Continuation, FrameFlags.None);
                block = block[RawConnection.DefaultFrameSize..];
            }

            await connection.SendAsync(new Frame(type, flags | FrameFlags.EndHeaders, streamId, block), Token);
        }
        catch (IOException)
        {
            // It has heard enough.
        }
    }

    private static bool IsRefused(RawResponse response, RawConnection connection) =>
        response.HttpStatus is >= 400 and < 500 || response.Reset is not null || connection.GoAway is not null;

    // Kestrel closes the socket once its receiving side has ended. While bytes pour in that can be before its sending
    // side was run for the GOAWAY, which then never leaves.
    private static bool HasEndedWithoutAWord(RawResponse response, RawConnection connection) =>
        response.Headers is null && connection.Ended.IsCompleted;

    private static string Describe(RawResponse response) =>
        $"HTTP status {response.HttpStatus}, gRPC status {response.Status}";

    private static HeaderList Make(string what)
    {
        var call = HeaderList.Call(RawCalls.Say);
        return what switch
        {
            "no :path" => call.Without(":path"),
            "no :method" => call.Without(":method"),
            "no :scheme" => call.Without(":scheme"),
            "two :path" => [(":path", "/"), .. call],
            "a pseudo-header behind a header" => [.. call.Without(":path"), (":path", RawCalls.Say)],
            "an unknown pseudo-header" => [(":protocols", "grpc"), .. call],
            "a response's pseudo-header" => [(":status", "200"), .. call],
            "an upper-case name" => call.With("X-Upper", "1"),
            "an empty name" => call.With("", "1"),
            "connection" => call.With("connection", "close"),
            "a line break in a value" => call.With("x", "a\r\nb: c"),
            "a zero in a value" => call.With("x", "a\0b"),
            "an empty :path" => call.With(":path", ""),
            "a :path without a slash" => call.With(":path", "some.Service/Method"),
            "a :path with an encoded zero" => call.With(":path", RawCalls.Say + "%00"),
            "another scheme" => call.With(":scheme", "ftp"),
            "two authorities in one" => call.With(":authority", "a, b"),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "not a case"),
        };
    }
}
