using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class CancellationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unary_ClientCancels_BothSidesSeeIt()
    {
        await using var server = await TestServer.StartAsync();
        using var cancellation = new CancellationTokenSource();

        using var call = server.Client.SayAsync(
            new SayRequest { Wait = true }, cancellationToken: cancellation.Token);
        await server.State.Started.Task.WaitAsync(Token);
        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Token));

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await server.State.Cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Unary_ClientCancelsAndWantsOperationCanceled_GetsIt()
    {
        await using var server = await TestServer.StartAsync(
            channel: new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true });
        using var cancellation = new CancellationTokenSource();

        using var call = server.Client.SayAsync(
            new SayRequest { Wait = true }, cancellationToken: cancellation.Token);
        await server.State.Started.Task.WaitAsync(Token);
        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);

        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task ClientStreaming_ClientDisposesTheCall_ServerSeesIt()
    {
        await using var server = await TestServer.StartAsync();

        var call = server.Client.Collect(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new CollectRequest(), Token);
        await server.State.Started.Task.WaitAsync(Token);
        call.Dispose();

        await server.State.Cancelled.Task.WaitAsync(Token);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new CollectRequest(), Token));
    }

    [Fact]
    public async Task ServerStreaming_ClientStopsReading_ServerSeesIt()
    {
        await using var server = await TestServer.StartAsync();

        using (var call = server.Client.Count(new CountRequest { Messages = 1, Wait = true }, cancellationToken: Token))
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
        }

        await server.State.Cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task ServerStreaming_TokenOfARead_CancelsTheCall()
    {
        await using var server = await TestServer.StartAsync();
        using var cancellation = new CancellationTokenSource();

        using var call = server.Client.Count(new CountRequest { Messages = 1, Wait = true }, cancellationToken: Token);
        Assert.True(await call.ResponseStream.MoveNext(cancellation.Token));
        var next = call.ResponseStream.MoveNext(cancellation.Token);
        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAsync<RpcException>(() => next.WaitAsync(Token));

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await server.State.Cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Duplex_ServerAborts_ClientSeesIt()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new ChatRequest { Text = "hello" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        await call.RequestStream.WriteAsync(new ChatRequest { Text = "abort" }, Token);
        var exception = await Assert.ThrowsAsync<RpcException>(
            () => call.ResponseStream.MoveNext(Token).WaitAsync(Token));

        Assert.NotEqual(StatusCode.OK, exception.StatusCode);
        Assert.Equal(exception.StatusCode, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Duplex_ServerStops_ClientSeesIt()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new ChatRequest { Text = "hello" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        await server.StopAsync();
        var exception = await Assert.ThrowsAsync<RpcException>(
            () => call.ResponseStream.MoveNext(Token).WaitAsync(Token));

        Assert.NotEqual(StatusCode.OK, exception.StatusCode);
    }

    [Fact]
    public async Task Channel_Disposed_EndsItsCalls()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.SayAsync(new SayRequest { Wait = true }, cancellationToken: Token);
        await server.State.Started.Task.WaitAsync(Token);
        server.Channel.Dispose();
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Token));

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await server.State.Cancelled.Task.WaitAsync(Token);
    }
}
