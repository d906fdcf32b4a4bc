using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class CallKindTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unary_Payload_ComesBack()
    {
        await using var server = await TestServer.StartAsync();
        var payload = ByteString.CopyFrom(Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray());

        using var call = server.Client.SayAsync(new SayRequest { Payload = payload }, cancellationToken: Token);
        var response = await call;

        Assert.Equal(payload, response.Payload);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.StartsWith("ipv4:127.0.0.1:", server.State.Peer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_EmptyMessages_ComeBack()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Client.SayAsync(new SayRequest(), cancellationToken: Token);

        Assert.Equal(new SayResponse(), response);
    }

    [Fact]
    public async Task Unary_Blocking_Returns()
    {
        await using var server = await TestServer.StartAsync();
        var request = new SayRequest { Payload = ByteString.CopyFromUtf8("blocking") };

        var response = await Task.Run(() => server.Client.Say(request, cancellationToken: Token), Token);

        Assert.Equal("blocking", response.Payload.ToStringUtf8());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1_000, 10)]
    [InlineData(20, 1_000_000)]
    public async Task ClientStreaming_Messages_AreAllRead(int messages, int size)
    {
        await using var server = await TestServer.StartAsync();
        var payload = ByteString.CopyFrom(new byte[size]);

        using var call = server.Client.Collect(cancellationToken: Token);
        for (var i = 0; i < messages; i++)
        {
            await call.RequestStream.WriteAsync(new CollectRequest { Payload = payload }, Token);
        }

        await call.RequestStream.CompleteAsync();
        var response = await call;

        Assert.Equal(messages, response.Messages);
        Assert.Equal((long)messages * size, response.Bytes);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1_000, 10)]
    [InlineData(20, 1_000_000)]
    public async Task ServerStreaming_Messages_ArriveInOrder(int messages, int size)
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Count(
            new CountRequest { Messages = messages, Size = size }, cancellationToken: Token);
        var numbers = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync(Token))
        {
            Assert.Equal(size, response.Payload.Length);
            numbers.Add(response.Number);
        }

        Assert.Equal(Enumerable.Range(0, messages), numbers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Duplex_PingPong_AnswersEachMessageBeforeTheNext()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Chat(cancellationToken: Token);
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new ChatRequest { Text = $"{i}" }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal($"{i}", call.ResponseStream.Current.Text);
        }
    }

    [Fact]
    public async Task Duplex_HalfClose_LeavesTheResponsesOpen()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new ChatRequest { Text = "hello" }, Token);
        await call.RequestStream.CompleteAsync();
        var texts = new List<string>();
        await foreach (var response in call.ResponseStream.ReadAllAsync(Token))
        {
            texts.Add(response.Text);
        }

        Assert.Equal(["hello", "bye"], texts);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => call.RequestStream.WriteAsync(new ChatRequest(), Token));
    }

    [Fact]
    public async Task Duplex_TwoHundredAtOnce_AllGetTheirOwnAnswers()
    {
        await using var server = await TestServer.StartAsync();
        var client = server.Client;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async stream =>
        {
            using var call = client.Chat(cancellationToken: Token);
            for (var i = 0; i < 10; i++)
            {
                await call.RequestStream.WriteAsync(new ChatRequest { Text = $"{stream}/{i}" }, Token);
                Assert.True(await call.ResponseStream.MoveNext(Token));
                Assert.Equal($"{stream}/{i}", call.ResponseStream.Current.Text);
            }

            await call.RequestStream.CompleteAsync();
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.False(await call.ResponseStream.MoveNext(Token));
        }));
    }

    [Fact]
    public async Task Unary_ThreeHundredAtOnce_AllGetTheirOwnAnswers()
    {
        await using var server = await TestServer.StartAsync();
        var tasks = Enumerable.Range(0, 300)
            .Select(i => server.Client.SayAsync(
                new SayRequest { Payload = ByteString.CopyFromUtf8($"{i}") }, cancellationToken: Token).ResponseAsync);

        var responses = await Task.WhenAll(tasks);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), responses.Select(r => r.Payload.ToStringUtf8()));
    }
}
