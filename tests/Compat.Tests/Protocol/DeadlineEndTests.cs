using Google.Protobuf;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.Protocol;

/// <summary>How the server ends a call at its deadline, whatever client and service do.</summary>
public sealed class DeadlineEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RawCalls.Say)]
    [InlineData(RawCalls.Collect)]
    public async Task Deadline_ServiceIgnoresItsToken_EndsTheCallAllTheSame(string path)
    {
        var hangs = new TaskCompletionSource();
        var token = new TaskCompletionSource<CancellationToken>();
        await using var server = await new Scripted
        {
            OnSay = async (_, context) =>
            {
                token.SetResult(context.CancellationToken);
                await hangs.Task;
                return new SayResponse();
            },
            OnCollect = async (_, context) =>
            {
                token.SetResult(context.CancellationToken);
                await hangs.Task;
                return new CollectResponse();
            },
        }.ServeAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(
            HeaderList.Call(path).With("grpc-timeout", "50m"), RawCalls.EmptyMessage);

        Assert.Equal(4, response.Status);
        Assert.Null(response.Trailers);
        await CancelledAsync(await token.Task);
        hangs.SetResult();
    }

    [Fact]
    public async Task Deadline_ClientStillSends_IsToldToStop()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var stream = connection.NewStream();
        await stream.SendHeadersAsync(
            HeaderList.Call(RawCalls.Collect).With("grpc-timeout", "50m"), cancellationToken: Token);
        var response = await stream.ReadResponseAsync(Token);

        Assert.Equal(4, response.Status);
        Assert.Equal(ErrorCode.NoError, await StreamEndTests.ResetAsync(stream));
    }

    [Fact]
    public async Task Deadline_UnaryRequestNeverEnds_EndsTheCall()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var stream = connection.NewStream();
        await stream.SendHeadersAsync(
            HeaderList.Call(RawCalls.Say).With("grpc-timeout", "50m"), cancellationToken: Token);
        await stream.SendDataAsync(RawCalls.EmptyMessage, cancellationToken: Token);
        var response = await stream.ReadResponseAsync(Token);

        Assert.Equal(4, response.Status);
        Assert.False(server.State.Started.Task.IsCompleted);
    }

    [Fact]
    public async Task Deadline_BehindMessages_StandsInTheTrailers()
    {
        var hangs = new TaskCompletionSource();
        await using var server = await new Scripted
        {
            OnCount = async (responses, _) =>
            {
                await responses.WriteAsync(new CountResponse { Number = 5 });
                await hangs.Task;
            },
        }.ServeAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Count).With("grpc-timeout", "100m"), RawCalls.EmptyMessage);

        Assert.Single(response.Messages);
        Assert.Equal("4", response.Trailers!["grpc-status"]);
        hangs.SetResult();
    }

    [Fact]
    public async Task Deadline_ServiceWritesOn_WritesNothingAndSeesItsCancellation()
    {
        var ended = new TaskCompletionSource<Exception>();
        await using var server = await new Scripted
        {
            OnCount = async (responses, _) =>
            {
                try
                {
                    while (true)
                    {
                        await responses.WriteAsync(new CountResponse { Payload = ByteString.CopyFrom(new byte[5000]) });
                    }
                }
                catch (Exception exception)
                {
                    ended.SetResult(exception);
                    throw;
                }
            },
        }.ServeAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Count).With("grpc-timeout", "100m"), RawCalls.EmptyMessage);

        Assert.Equal(4, response.Status);
        Assert.All(response.Messages, message => Assert.Equal(0, message.Flag));
        Assert.IsType<OperationCanceledException>(await ended.Task.WaitAsync(Token), exactMatch: false);
    }

    [Fact]
    public async Task Deadline_ServiceReadsOn_SeesItsCancellation()
    {
        var over = new TaskCompletionSource();
        var read = new TaskCompletionSource<Exception?>();
        await using var server = await new Scripted
        {
            OnCollect = async (requests, _) =>
            {
                await over.Task;
                read.SetResult(await Record.ExceptionAsync(() => requests.MoveNext(CancellationToken.None)));
                return new CollectResponse();
            },
        }.ServeAsync();
        await using var connection = await RawCalls.DialAsync(server.Address);

        var response = await connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Collect).With("grpc-timeout", "50m"), RawCalls.EmptyMessage);
        over.SetResult();

        Assert.Equal(4, response.Status);
        Assert.IsType<OperationCanceledException>(await read.Task.WaitAsync(Token), exactMatch: false);
    }

    [Fact]
    public async Task Deadline_ClientDoesNotReadTheResponses_ResetsTheStream()
    {
        await using var server = await new Scripted
        {
            OnCount = async (responses, context) =>
            {
                while (true)
                {
                    await responses.WriteAsync(
                        new CountResponse { Payload = ByteString.CopyFrom(new byte[50_000]) },
                        context.CancellationToken);
                }
            },
        }.ServeAsync();
        await using var connection = await RawCalls.DialAsync(
            server.Address, new RawConnectionOptions { OpensWindows = false });

        var response = await connection.ExchangeAsync(
            HeaderList.Call(RawCalls.Count).With("grpc-timeout", "50m"), RawCalls.EmptyMessage);

        Assert.Null(response.Status);
        Assert.Equal(ErrorCode.Cancel, response.Reset);
    }

    private static async Task CancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(Token);
    }
}
