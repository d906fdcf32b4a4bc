using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class BackPressureTests
{
    private const int MessageSize = 64 * 1024;
    private const int Messages = 400;

    /// <summary>25 MiB are to be sent; well under that must fit into the windows and buffers between the two.</summary>
    private const int MostInFlight = 150;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServerStreaming_SlowReader_HoldsTheWriter()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Count(
            new CountRequest { Messages = Messages, Size = MessageSize }, cancellationToken: Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        var written = await SettleAsync(() => server.State.Written);
        var read = 1;
        while (await call.ResponseStream.MoveNext(Token))
        {
            read++;
        }

        Assert.InRange(written, 1, MostInFlight);
        Assert.Equal(Messages, read);
    }

    [Fact]
    public async Task ClientStreaming_SlowServer_HoldsTheWriter()
    {
        await using var server = await TestServer.StartAsync();
        server.State.MayRead = new TaskCompletionSource();
        var payload = ByteString.CopyFrom(new byte[MessageSize]);
        var written = 0;

        using var call = server.Client.Collect(cancellationToken: Token);
        var writing = Task.Run(
            async () =>
            {
                for (; written < Messages; Interlocked.Increment(ref written))
                {
                    await call.RequestStream.WriteAsync(new CollectRequest { Payload = payload }, Token);
                }

                await call.RequestStream.CompleteAsync();
            },
            Token);
        var held = await SettleAsync(() => Volatile.Read(ref written));
        server.State.MayRead.SetResult();
        await writing;
        var response = await call;

        Assert.InRange(held, 1, MostInFlight);
        Assert.Equal(Messages, response.Messages);
    }

    [Fact]
    public async Task ServerStreaming_ClientLeavesAHeldWriter_WriterIsFreed()
    {
        await using var server = await TestServer.StartAsync();

        var call = server.Client.Count(
            new CountRequest { Messages = Messages, Size = MessageSize }, cancellationToken: Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        var held = await SettleAsync(() => server.State.Written);
        call.Dispose();
        await server.State.Cancelled.Task.WaitAsync(Token);

        Assert.InRange(server.State.Written, held, Messages - 1);
    }

    /// <summary>The count once it has stood still for a third of a second.</summary>
    private static async Task<int> SettleAsync(Func<int> count)
    {
        int before;
        do
        {
            before = count();
            await Task.Delay(333, Token);
        }
        while (count() != before || before == 0);

        return before;
    }
}
