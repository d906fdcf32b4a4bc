using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Playground.V1;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>What a client makes of servers that break off or answer something else, by gRPC's documents.</summary>
public sealed class ServerFailureTests
{
    private static CallOptions Call => new(cancellationToken: TestContext.Current.CancellationToken);

    // gRPC's http-grpc-status-mapping.md.
    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(405, StatusCode.Unknown)]
    [InlineData(500, StatusCode.Unknown)]
    public async Task HttpStatus_BecomesTheStatusItStandsFor(int http, StatusCode expected) =>
        Assert.Equal(expected, await StatusOfAsync(context =>
        {
            context.Response.StatusCode = http;
            return Task.CompletedTask;
        }));

    [Fact]
    public async Task HttpStatus_BesideAGrpcStatus_IsNotLookedAt() =>
        Assert.Equal(StatusCode.DataLoss, await StatusOfAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return ScriptedServer.Fails(StatusCode.DataLoss)(context);
        }));

    // The table "Errors" of gRPC's PROTOCOL-HTTP2.md.
    [Theory]
    [InlineData(0x1, StatusCode.Internal)] // PROTOCOL_ERROR
    [InlineData(0x2, StatusCode.Internal)] // INTERNAL_ERROR
    [InlineData(0x3, StatusCode.Internal)] // FLOW_CONTROL_ERROR
    [InlineData(0x6, StatusCode.Internal)] // FRAME_SIZE_ERROR
    [InlineData(0x7, StatusCode.Unavailable)] // REFUSED_STREAM
    [InlineData(0x8, StatusCode.Cancelled)] // CANCEL
    [InlineData(0x9, StatusCode.Internal)] // COMPRESSION_ERROR
    [InlineData(0xa, StatusCode.Internal)] // CONNECT_ERROR
    [InlineData(0xb, StatusCode.ResourceExhausted)] // ENHANCE_YOUR_CALM
    [InlineData(0xc, StatusCode.PermissionDenied)] // INADEQUATE_SECURITY
    public async Task Reset_BecomesTheStatusItStandsFor(int code, StatusCode expected)
    {
        Assert.Equal(expected, await StatusOfAsync(context => ResetAsync(context, code)));
        Assert.Equal(expected, await StatusOfAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.FlushAsync(Call.CancellationToken);
            await ResetAsync(context, code);
        }));
    }

    [Theory]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("no number")]
    [InlineData("")]
    public async Task Status_ThatIsNone_IsUnknown(string status) =>
        Assert.Equal(StatusCode.Unknown, await StatusOfAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = status;
            return Task.CompletedTask;
        }));

    [Fact]
    public async Task Message_WithoutAStatusBehindIt_IsUnknown() =>
        Assert.Equal(StatusCode.Unknown, await StatusOfAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[5], Call.CancellationToken);
        }));

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 })] // Ends within its message.
    [InlineData(new byte[] { 0, 0, 0 })] // Ends within its prefix.
    [InlineData(new byte[] { 2, 0, 0, 0, 0 })] // A flag that isn't one.
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 0 })] // Compressed, but the call is not.
    [InlineData(new byte[] { 0, 0, 0, 0, 1, 255 })] // Not the message it should be.
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })] // Two messages.
    [InlineData(new byte[] { })] // None, though all is well.
    public async Task Body_ThatIsNotOneMessage_IsInternal(byte[] body) =>
        Assert.Equal(StatusCode.Internal, await StatusOfAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(body, Call.CancellationToken);
            context.Response.AppendTrailer("grpc-status", "0");
        }));

    [Fact]
    public async Task Headers_ThatSayAllIsWellWithoutAMessage_AreInternal() =>
        Assert.Equal(StatusCode.Internal, await StatusOfAsync(ScriptedServer.Fails(StatusCode.OK)));

    [Fact]
    public async Task Message_LargerThanAllowed_IsResourceExhaustedBeforeItIsRead() =>
        Assert.Equal(StatusCode.ResourceExhausted, await StatusOfAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[] { 0, 255, 255, 255, 255 }, Call.CancellationToken);
            await context.Response.Body.FlushAsync(Call.CancellationToken);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }));

    [Fact]
    public async Task Connection_CutWithinACall_IsUnavailable()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.FlushAsync(Call.CancellationToken);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);

        var call = Targets.SayAsync(channel, Call);
        while (server.Calls == 0)
        {
            await Task.Yield();
        }

        await server.CutAsync();
        var exception = await Assert.ThrowsAsync<RpcException>(() => call);

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
    }

    [Fact]
    public async Task Server_ThatClosesAtOnce_IsUnavailable() =>
        Assert.Equal(StatusCode.Unavailable, await StatusOfAsync(""));

    [Fact]
    public async Task Server_OfAnotherProtocol_FailsTheCall() =>
        // By which of the two is a matter of whether the connection counts as made when the answer comes.
        Assert.Contains(
            await StatusOfAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
            new[] { StatusCode.Unavailable, StatusCode.Internal });

    private static async Task<StatusCode> StatusOfAsync(string rawAnswer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var call = Targets.SayAsync(channel, Call);
        using var client = await listener.AcceptTcpClientAsync(Call.CancellationToken);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(rawAnswer), Call.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        listener.Stop();
        var exception = await Assert.ThrowsAsync<RpcException>(() => call);
        return exception.StatusCode;
    }

    private static Task ResetAsync(HttpContext context, int code)
    {
        context.Features.Get<IHttpResetFeature>()!.Reset(code);
        return Task.CompletedTask;
    }

    private static async Task<StatusCode> StatusOfAsync(RequestDelegate answer)
    {
        await using var server = await ScriptedServer.StartAsync(answer);
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new PlaygroundService.PlaygroundServiceClient(channel).SayAsync(new SayRequest(), Call);
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(exception.StatusCode, call.GetStatus().StatusCode);
        return exception.StatusCode;
    }
}
