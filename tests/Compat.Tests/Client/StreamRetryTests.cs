using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using KoopmanMesh.Playground.V1;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>Streams of requests are sent again from their first message, as long as all of them are kept.</summary>
public sealed class StreamRetryTests
{
    private const int MessageSize = 100;

    private static CallOptions Call => new(cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public async Task Stream_ThatFailsMidWay_IsSentAgainFromItsFirstMessage()
    {
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(
            async context =>
            {
                await ReadMessageAsync(context);
                await ScriptedServer.Fails(StatusCode.Unavailable)(context);
            },
            async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, Call.CancellationToken);
                received.SetResult(body.ToArray());
                await ScriptedServer.OkAsync(context);
            });
        using var channel = Open(server);

        using var call = new PlaygroundService.PlaygroundServiceClient(channel).Collect(Call);
        for (byte message = 0; message < 20; message++)
        {
            await call.RequestStream.WriteAsync(Message(message), Call.CancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        await call;

        var framed = Enumerable.Range(0, 20).SelectMany(message => Framed(Message((byte)message)));
        Assert.Equal(framed, await received.Task);
        Assert.Equal(2, server.Calls);
    }

    [Theory]
    [InlineData(4 * MessageSize, 1)]
    [InlineData(40 * MessageSize, 2)]
    public async Task Stream_LongerThanMayBeKept_IsNotSentAgain(int mayBeKept, int attempts)
    {
        await using var server = await ScriptedServer.StartAsync(
            async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null, Call.CancellationToken);
                await ScriptedServer.Fails(StatusCode.Unavailable)(context);
            },
            ScriptedServer.OkAsync);
        using var channel = Open(server, options => options.MaxRetryBufferPerCallSize = mayBeKept);

        using var call = new PlaygroundService.PlaygroundServiceClient(channel).Collect(Call);
        for (byte message = 0; message < 10; message++)
        {
            await call.RequestStream.WriteAsync(Message(message), Call.CancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync.ContinueWith(
            static _ => { }, Call.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.Equal(attempts, server.Calls);
        Assert.Equal(attempts == 2, call.GetStatus().StatusCode == StatusCode.OK);
    }

    [Fact]
    public async Task Duplex_OnceAnswered_WritesOnAndKeepsNothing()
    {
        await using var server = await ScriptedServer.StartAsync(
            ScriptedServer.Fails(StatusCode.Unavailable),
            async context =>
            {
                context.Response.ContentType = "application/grpc";
                while (await ReadMessageAsync(context) is { } message)
                {
                    await context.Response.Body.WriteAsync(message, Call.CancellationToken);
                    await context.Response.Body.FlushAsync(Call.CancellationToken);
                }

                context.Response.AppendTrailer("grpc-status", "0");
            });
        using var channel = Open(server, options => options.MaxRetryBufferPerCallSize = 3 * MessageSize);

        using var call = new PlaygroundService.PlaygroundServiceClient(channel).Chat(Call);
        for (var message = 0; message < 50; message++)
        {
            await call.RequestStream.WriteAsync(new ChatRequest { Text = $"{message}" }, Call.CancellationToken);
            Assert.True(await call.ResponseStream.MoveNext(Call.CancellationToken));
            Assert.Equal($"{message}", call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Call.CancellationToken));
    }

    [Fact]
    public async Task Stream_RefusedBeforeItsFirstMessage_IsSentAgainWithoutAPolicy()
    {
        await using var server = await ScriptedServer.StartAsync(
            static context =>
            {
                context.Features.Get<IHttpResetFeature>()!.Reset(errorCode: 0x7);
                return Task.CompletedTask;
            },
            static async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null, Call.CancellationToken);
                await ScriptedServer.OkAsync(context);
            });
        using var channel = GrpcChannel.ForAddress(server.Address);

        using var call = new PlaygroundService.PlaygroundServiceClient(channel).Collect(Call);
        while (server.Calls < 2)
        {
            await Task.Yield();
        }

        await call.RequestStream.WriteAsync(Message(1), Call.CancellationToken);
        await call.RequestStream.CompleteAsync();

        await call;
    }

    [Fact]
    public async Task Messages_WrittenBehindTheEnd_TakeNothingOfWhatMayBeKept()
    {
        await using var server = await ScriptedServer.StartAsync(
            ScriptedServer.Fails(StatusCode.Unavailable), ScriptedServer.OkAsync);
        using var channel = Open(server, options => options.MaxRetryBufferSize = 4 * MessageSize);
        var client = new PlaygroundService.PlaygroundServiceClient(channel);
        for (byte i = 0; i < 4; i++)
        {
            using var late = client.Collect(Call.WithDeadline(DateTime.UnixEpoch));
            await Assert.ThrowsAsync<RpcException>(
                () => late.RequestStream.WriteAsync(Message(i), Call.CancellationToken));
        }

        await client.SayAsync(new SayRequest { Payload = ByteString.CopyFrom(new byte[2 * MessageSize]) }, Call);

        Assert.Equal(2, server.Calls);
    }

    [Fact]
    public async Task Unary_LargerThanMayBeKept_IsSentOnce()
    {
        await using var server = await ScriptedServer.StartAsync(
            ScriptedServer.Fails(StatusCode.Unavailable), ScriptedServer.OkAsync);
        using var channel = Open(server, options => options.MaxRetryBufferSize = MessageSize);
        var client = new PlaygroundService.PlaygroundServiceClient(channel);
        var large = new SayRequest { Payload = ByteString.CopyFrom(new byte[2 * MessageSize]) };

        await Assert.ThrowsAsync<RpcException>(() => client.SayAsync(large, Call).ResponseAsync);
        Assert.Equal(1, server.Calls);
        await client.SayAsync(new SayRequest(), Call);
    }

    private static GrpcChannel Open(ScriptedServer server, Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions { ServiceConfig = Targets.Config(Targets.Retry()) };
        configure?.Invoke(options);
        return GrpcChannel.ForAddress(server.Address, options);
    }

    private static CollectRequest Message(byte number) =>
        new() { Payload = ByteString.CopyFrom([.. Enumerable.Repeat(number, MessageSize)]) };

    private static byte[] Framed(CollectRequest message)
    {
        var bytes = message.ToByteArray();
        return [0, 0, 0, 0, (byte)bytes.Length, .. bytes];
    }

    /// <summary>One message with its prefix, or null at the end.</summary>
    private static async Task<byte[]?> ReadMessageAsync(HttpContext context)
    {
        var prefix = new byte[5];
        var body = context.Request.Body;
        if (await body.ReadAtLeastAsync(prefix, 5, throwOnEndOfStream: false, Call.CancellationToken) < 5)
        {
            return null;
        }

        var message = new byte[prefix[4]];
        await body.ReadExactlyAsync(message, Call.CancellationToken);
        return [.. prefix, .. message];
    }
}
