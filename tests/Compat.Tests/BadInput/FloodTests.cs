using Google.Protobuf;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.BadInput;

/// <summary>More of something than any client needs: its connection ends or is held back, no other notices.</summary>
[Collection(Alone.Name)]
public sealed class FloodTests
{
    private const long Allowed = 200L << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RapidReset_OfTenThousandCalls_AreWorkedOffOrEndTheConnection()
    {
        await using var server = await ProductServer.StartAsync();
        // Kestrel says so when it ends a connection for its queue of frames.
        server.ExpectsErrors = true;
        await using var connection = await RawCalls.DialAsync(server.Address);
        await using var memory = new MemoryWatch();

        await FloodAsync(connection, 10_000, _ =>
        {
            var stream = connection.NewStream();
            return
            [
                .. Frame.Headers(stream.Id, HeaderList.Call(RawCalls.Collect), FrameFlags.EndHeaders).ToBytes(),
                .. Frame.Reset(stream.Id, ErrorCode.Cancel).ToBytes(),
            ];
        });
        await server.ServesOthersAsync();

        Assert.True(await EndedOrAnswersAsync(connection));
        Assert.InRange(memory.Growth, long.MinValue, Allowed);
    }

    [Fact]
    public async Task Pings_ByTheHundredThousand_AreAnsweredOrEndTheConnection()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        await using var memory = new MemoryWatch();

        await FloodAsync(connection, 100_000, i => Frame.Ping(i).ToBytes());
        await server.ServesOthersAsync();

        Assert.True(await EndedOrAnswersAsync(connection));
        Assert.InRange(memory.Growth, long.MinValue, Allowed);
    }

    [Fact]
    public async Task Settings_ByTheTenThousand_AreAcknowledgedOrEndTheConnection()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        await using var memory = new MemoryWatch();

        await FloodAsync(connection, 10_000, i => Frame.Settings((Setting.InitialWindowSize, (uint)i)).ToBytes());
        await server.ServesOthersAsync();

        Assert.True(await EndedOrAnswersAsync(connection));
        Assert.InRange(memory.Growth, long.MinValue, Allowed);
    }

    [Fact]
    public async Task Continuations_WithoutEnd_EndTheConnection()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        await using var memory = new MemoryWatch();
        var block = Hpack.Encode(new HeaderList { { "x", new string('y', 1000) } });

        await connection.SendAsync(Frame.Headers(1, HeaderList.Call(RawCalls.Say), FrameFlags.None), Token);
        await FloodAsync(
            connection, 100_000, _ => new Frame(FrameType.Continuation, FrameFlags.None, 1, block).ToBytes());
        await connection.EndedAsync();

        // There may be none: Kestrel can close a connection that bytes pour in on before its GOAWAY has left.
        Assert.NotEqual(ErrorCode.NoError, connection.GoAway?.Error);
        Assert.InRange(memory.Growth, long.MinValue, Allowed);
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Data_OfNothingByTheHundredThousand_ChangesNothing()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        await using var memory = new MemoryWatch();
        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);

        await FloodAsync(connection, 100_000, _ => Frame.Data(stream.Id, ReadOnlyMemory<byte>.Empty).ToBytes());
        await server.ServesOthersAsync();

        Assert.InRange(memory.Growth, long.MinValue, Allowed);
    }

    [Fact]
    public async Task Streams_BeyondTheLimit_AreRefused()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var limit = (int)connection.Settings[Setting.MaxConcurrentStreams];
        var streams = Enumerable.Range(0, limit + 1).Select(_ => connection.NewStream()).ToList();

        foreach (var stream in streams)
        {
            await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);
        }

        var refused = await streams[^1].ReadResponseAsync(Token);

        Assert.Equal(ErrorCode.RefusedStream, refused.Reset);
        await server.ServesOthersAsync();
    }

    [Fact]
    public async Task Readers_ThatDoNotRead_HoldTheirOwnWritersOnly()
    {
        const int calls = 90;
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(
            server.Address, new RawConnectionOptions { OpensWindows = false });
        await using var memory = new MemoryWatch();
        var request = GrpcMessage.Frame(new CountRequest { Messages = 1000, Size = 1 << 20 }.ToByteArray());

        for (var i = 0; i < calls; i++)
        {
            await connection.CallAsync(HeaderList.Call(RawCalls.Count), request, Token);
        }

        await server.State.Started.Task.WaitAsync(Token);
        await server.ServesOthersAsync();

        // Each call would write a gibibyte.
        Assert.InRange(server.State.Written, 0, 5 * calls);
        Assert.InRange(memory.Growth, long.MinValue, calls * (5L << 20));
    }

    [Fact]
    public async Task Writers_ThatNeverFinish_HoldNobodyUp()
    {
        await using var server = await ProductServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        for (var i = 0; i < 90; i++)
        {
            var stream = connection.NewStream();
            await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Say), cancellationToken: Token);
            await stream.SendDataAsync(GrpcMessage.Frame([], statedLength: 4_000_000), cancellationToken: Token);
        }

        await server.ServesOthersAsync();

        Assert.Equal(
            0, (await connection.ExchangeAsync(HeaderList.Call(RawCalls.Say), RawCalls.EmptyMessage)).Status);
    }

    [Fact]
    public async Task Connections_ThatComeAndGo_LeaveNothing()
    {
        const int connections = 200;
        await using var server = await ProductServer.StartAsync();
        await using var memory = new MemoryWatch();

        for (var i = 0; i < connections; i++)
        {
            await using var connection = await RawCalls.DialAsync(server.Address);
            await connection.CallAsync(HeaderList.Call(RawCalls.Collect), RawCalls.EmptyMessage, Token);
        }

        await server.ServesOthersAsync();
        Assert.InRange(memory.Growth, long.MinValue, connections * (1L << 20));
    }

    /// <summary>Sends many frames in few writes, until all are sent or the server hangs up.</summary>
    private static async Task FloodAsync(RawConnection connection, int count, Func<int, byte[]> make)
    {
        const int atOnce = 100;
        try
        {
            for (var sent = 0; sent < count && !connection.Ended.IsCompleted; sent += atOnce)
            {
                byte[] bytes = [.. Enumerable.Range(sent, atOnce).SelectMany(make)];
                await connection.SendAsync(bytes, Token);
            }
        }
        catch (IOException)
        {
            // It has heard enough.
        }
    }

    private static async Task<bool> EndedOrAnswersAsync(RawConnection connection)
    {
        try
        {
            var response = await connection.ExchangeAsync(HeaderList.Call(RawCalls.Say), RawCalls.EmptyMessage);
            return response.Status == 0 || connection.Ended.IsCompleted;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
