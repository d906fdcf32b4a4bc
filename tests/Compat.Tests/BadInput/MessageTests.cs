using System.IO.Compression;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.BadInput;

/// <summary>Messages that lie, burst or are none.</summary>
[Collection(Alone.Name)]
public sealed class MessageTests
{
    private const int Mebibyte = 1 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[], int> Bodies => new()
    {
        { "a length beyond the limit", GrpcMessage.Frame([], statedLength: uint.MaxValue), 8 },
        { "a length beyond an array", GrpcMessage.Frame([], statedLength: int.MaxValue), 8 },
        { "a length that nothing follows", GrpcMessage.Frame([], statedLength: 1000), 13 },
        { "half a prefix", [0, 0], 13 },
        { "a flag of neither", GrpcMessage.Frame([], flag: 2), 13 },
        { "compressed without an encoding", GrpcMessage.Frame([1, 2, 3], flag: 1), 13 },
        { "no protobuf", GrpcMessage.Frame([0xff, 0xff, 0xff]), 13 },
        { "a protobuf of a length that lies", GrpcMessage.Frame([0x0a, 0xff, 0xff, 0xff, 0xff, 0x07]), 13 },
        { "a protobuf of endless groups", GrpcMessage.Frame([.. Enumerable.Repeat((byte)0x0b, 100_000)]), 13 },
    };

    public static TheoryData<string, byte[]> BadGzip => new()
    {
        { "no gzip", GrpcMessage.Frame([1, 2, 3, 4], flag: 1) },
        { "half a gzip", Cut(GrpcMessage.FrameGzip(new byte[5000])) },
        { "a gzip whose checksum is wrong", Flip(GrpcMessage.FrameGzip([0x0a, 1, 65]), fromEnd: 8) },
        { "a gzip whose size is wrong", Flip(GrpcMessage.FrameGzip([0x0a, 1, 65]), fromEnd: 1) },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_NoMessage_EndsItsCallWithAStatus(string what, byte[] body, int status)
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(HeaderList.Call(RawCalls.Chat), body);
        var next = await connection.ExchangeAsync(HeaderList.Call(RawCalls.Say), RawCalls.EmptyMessage);

        Assert.True(status == response.Status, $"{what}: {response.Status} {response.Message}");
        Assert.Equal(0, next.Status);
    }

    [Theory]
    [MemberData(nameof(BadGzip))]
    public async Task Body_NoGzip_IsInternal(string what, byte[] body)
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Chat).With("grpc-encoding", "gzip"), body);

        Assert.True(response.Status == 13, $"{what}: {response.Status} {response.Message}");
    }

    [Fact]
    public async Task Body_OfNothingMarkedGzip_IsEmpty()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        // What GZipStream, and so other .NET clients, make of nothing.
        var response = await connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Say).With("grpc-encoding", "gzip"), GrpcMessage.Frame([], flag: 1));

        Assert.Equal(0, response.Status);
    }

    [Fact]
    public async Task Body_OfATextThatIsNotUtf8_IsReadWithTheReplacementCharacter()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        // Google.Protobuf for .NET takes such text; what it makes of it is Unicode again.
        var response = await connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Chat), GrpcMessage.Frame([0x0a, 2, 0xc3, 0x28]));

        Assert.Equal(
            "\ufffd(", Playground.V1.ChatResponse.Parser.ParseFrom(response.Messages[0].Message).Text);
    }

    [Fact]
    public async Task Body_OfAMebibyteThatBecomesAGibibyte_IsRefusedAtTheLimit()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var bomb = Bomb(gibibytes: 1);
        Assert.InRange(bomb.Length, Mebibyte / 2, 2 * Mebibyte);

        var before = GC.GetTotalAllocatedBytes();
        var response = await connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Collect).With("grpc-encoding", "gzip"), bomb);
        var allocated = GC.GetTotalAllocatedBytes() - before;

        Assert.Equal(8, response.Status);
        Assert.InRange(allocated, 0, 64 * Mebibyte);
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Body_OfManyBombs_IsRefusedAtTheFirst()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var bomb = Bomb(gibibytes: 1);

        await using var memory = new MemoryWatch();
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Collect).With("grpc-encoding", "gzip"), bomb)));

        Assert.All(responses, response => Assert.True(
            response.Status == 8 || response.Reset is not null, $"{response.Status} {response.Message}"));
        Assert.InRange(memory.Growth, long.MinValue, 400L * Mebibyte);
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Stream_OfAMillionEmptyMessages_IsReadInBoundedMemory()
    {
        const int messages = 1_000_000;
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);

        await using var memory = new MemoryWatch();
        await stream.SendDataAsync(new byte[messages * GrpcMessage.PrefixLength], endStream: true, Token);
        var response = await stream.ReadResponseAsync(Token);

        var collected = Playground.V1.CollectResponse.Parser.ParseFrom(response.Messages.Single().Message);
        Assert.Equal(messages, collected.Messages);
        Assert.InRange(memory.Growth, long.MinValue, 200L * Mebibyte);
    }

    [Fact]
    public async Task Stream_OfAMessageInFramesOfOneByte_IsOneMessage()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);
        var message = GrpcMessage.Frame([0x0a, 0x90, 0x4e, .. new byte[10_000]]);

        foreach (var value in message)
        {
            await connection.SendAsync(Frame.Data(stream.Id, new[] { value }), Token);
        }

        await stream.SendDataAsync(ReadOnlyMemory<byte>.Empty, endStream: true, Token);
        var response = await stream.ReadResponseAsync(Token);

        Assert.Equal(0, response.Status);
        Assert.Equal(
            10_000, Playground.V1.CollectResponse.Parser.ParseFrom(response.Messages.Single().Message).Bytes);
    }

    /// <summary>Gzips of zeros one behind another are a gzip of as many more.</summary>
    private static byte[] Bomb(int gibibytes)
    {
        using var part = new MemoryStream();
        using (var gzip = new GZipStream(part, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(new byte[16 * Mebibyte]);
        }

        var bytes = part.ToArray();
        return GrpcMessage.Frame([.. Enumerable.Repeat(bytes, 64 * gibibytes).SelectMany(b => b)], flag: 1);
    }

    private static byte[] Cut(byte[] framed)
    {
        var payload = framed.AsSpan(GrpcMessage.PrefixLength);
        return GrpcMessage.Frame(payload[..(payload.Length / 2)], flag: 1);
    }

    private static byte[] Flip(byte[] framed, int fromEnd)
    {
        framed[^fromEnd] ^= 0x55;
        return framed;
    }
}
