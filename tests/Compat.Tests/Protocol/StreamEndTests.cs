using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.Protocol;

/// <summary>How a call's stream ends when one side ends before the other.</summary>
public sealed class StreamEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Server_EndsBeforeTheClient_SendsStatusThenResetsWithoutError(int code)
    {
        await using var server = await new Scripted
        {
            OnCollect = (_, _) => code == 0
                ? Task.FromResult(new CollectResponse())
                : throw new RpcException(new Status((StatusCode)code, "no")),
        }.ServeAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);
        var response = await stream.ReadResponseAsync(Token);

        Assert.Equal(code, response.Status);
        Assert.Equal(ErrorCode.NoError, await ResetAsync(stream));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_EndsBeforeTheClientHasReadEverything_LosesNoResponse(bool clientEnded)
    {
        var returned = new TaskCompletionSource();
        await using var server = await new Scripted
        {
            OnChat = async (_, responses, _) =>
            {
                // Without the hint the service would wait for the client to read.
                responses.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
                for (var i = 0; i < 10; i++)
                {
                    await responses.WriteAsync(new ChatResponse { Text = new string('x', 10_000) });
                }

                returned.SetResult();
            },
        }.ServeAsync();
        await using var connection = await RawCalls.DialAsync(
            server.Address, new RawConnectionOptions { OpensWindows = false });
        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Chat), cancellationToken: Token);
        await stream.SendDataAsync(RawCalls.EmptyMessage, clientEnded, Token);
        await returned.Task.WaitAsync(Token);
        await connection.SendAsync(Frame.WindowUpdate(0, 1 << 20), Token);
        await connection.SendAsync(Frame.WindowUpdate(stream.Id, 1 << 20), Token);

        var response = await stream.ReadResponseAsync(Token);

        Assert.Equal(0, response.Status);
        Assert.Equal(10, response.Messages.Count);
    }

    [Fact]
    public async Task Server_UnknownMethodWhileTheClientSends_ResetsWithoutError()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call("/some.Service/Method"), cancellationToken: Token);
        var response = await stream.ReadResponseAsync(Token);

        Assert.Equal(12, response.Status);
        Assert.Equal(ErrorCode.NoError, await ResetAsync(stream));
    }

    [Fact]
    public async Task Server_EndsBeforeTheClient_LetsTheConnectionLive()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);
        await stream.SendDataAsync(
            ResponseTests.Framed(new CollectRequest { FailCode = 3 }), cancellationToken: Token);
        await stream.ReadResponseAsync(Token);

        // What was on its way when the call ended.
        await connection.SendAsync(Frame.Data(stream.Id, new byte[10_000]), Token);
        var other = await connection.ExchangeAsync(HeaderList.Call(RawCalls.Say), RawCalls.EmptyMessage);

        Assert.Equal(0, other.Status);
    }

    [Fact]
    public async Task Client_ResetsItsStream_CancelsTheCallAndNoOther()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);
        await server.State.Started.Task.WaitAsync(Token);

        await stream.ResetAsync(ErrorCode.Cancel, Token);

        await server.State.Cancelled.Task.WaitAsync(Token);
        Assert.Equal(
            0, (await connection.ExchangeAsync(HeaderList.Call(RawCalls.Say), RawCalls.EmptyMessage)).Status);
    }

    [Fact]
    public async Task Client_ClosesItsConnection_CancelsItsCalls()
    {
        await using var server = await TestServer.StartAsync();
        await using (var connection = await RawCalls.DialAsync(server.Address))
        {
            var stream = connection.NewStream();
            await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);
            await server.State.Started.Task.WaitAsync(Token);
        }

        await server.State.Cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Client_ResetsAtAnyMoment_LeavesNothingBehind()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var message = ResponseTests.Framed(new ChatRequest { Text = "hello" });

        // The reset comes before, between and behind the bytes of the message.
        for (var sent = 0; sent <= message.Length; sent++)
        {
            var stream = connection.NewStream();
            await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Chat), cancellationToken: Token);
            await stream.SendDataAsync(message.AsMemory(0, sent), cancellationToken: Token);
            await stream.ResetAsync(ErrorCode.Cancel, Token);
        }

        Assert.Equal(
            0, (await connection.ExchangeAsync(HeaderList.Call(RawCalls.Say), RawCalls.EmptyMessage)).Status);
    }

    [Fact]
    public async Task Request_InManySmallFramesWithPaddingAndTrailers_IsOneMessage()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);
        var stream = connection.NewStream();
        await stream.SendHeadersAsync(HeaderList.Call(RawCalls.Collect), cancellationToken: Token);

        foreach (var value in ResponseTests.Framed(new CollectRequest { Payload = ByteString.CopyFromUtf8("abc") }))
        {
            // One byte of message between the padding's length and four bytes of padding.
            await connection.SendAsync(
                new Frame(FrameType.Data, FrameFlags.Padded, stream.Id, (byte[])[4, value, 0, 0, 0, 0]), Token);
        }

        await stream.SendHeadersAsync(new HeaderList { { "checksum", "1" } }, endStream: true, Token);
        var response = await stream.ReadResponseAsync(Token);

        Assert.Equal(3, CollectResponse.Parser.ParseFrom(response.Messages.Single().Message).Bytes);
    }

    internal static async Task<ErrorCode?> ResetAsync(RawStream stream)
    {
        var rest = await stream.ReadResponseAsync(Token);
        return rest.Reset;
    }
}
