using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using Microsoft.AspNetCore.Builder;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class StatusTests
{
    private const string Awkward = "100 % größer: \t\"Ünïcode\" 雪 🧊\r\nnext line %41";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<StatusCode> Failures =>
        [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Unary_Failure_ArrivesWithItsMessage(StatusCode code)
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.SayAsync(
            new SayRequest { FailCode = (int)code, FailMessage = Awkward }, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(new Status(code, Awkward), exception.Status);
        Assert.Equal(exception.Status, call.GetStatus());
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task ServerStreaming_Failure_ComesBehindTheMessages(StatusCode code)
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Count(
            new CountRequest { Messages = 3, FailCode = (int)code, FailMessage = Awkward }, cancellationToken: Token);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
        }

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(new Status(code, Awkward), exception.Status);
        Assert.Equal([1, 2, 255], call.GetTrailers().GetValueBytes("why-bin"));
    }

    [Theory]
    [InlineData(false, "Exception was thrown by handler.")]
    [InlineData(true, "Exception was thrown by handler. InvalidOperationException: secret")]
    public async Task Unary_OtherException_IsUnknownAndDetailedOnlyIfAllowed(bool detailed, string detail)
    {
        await using var server = await TestServer.StartAsync(options => options.EnableDetailedErrors = detailed);
        server.ExpectsErrors = true;

        using var call = server.Client.SayAsync(new SayRequest { Throw = true }, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(new Status(StatusCode.Unknown, detail), exception.Status);
    }

    [Fact]
    public async Task ClientStreaming_FailureMidway_EndsTheWriting()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Collect(cancellationToken: Token);
        var writing = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await call.RequestStream.WriteAsync(new CollectRequest { FailCode = 9 }, Token);
            while (true)
            {
                await call.RequestStream.WriteAsync(new CollectRequest(), Token);
            }
        });
        var reading = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(new Status(StatusCode.FailedPrecondition, "told to"), writing.Status);
        Assert.Equal(writing.Status, reading.Status);
    }

    [Theory]
    [InlineData("koopmanmesh.playground.v1.PlaygroundService", "Dance", "has no method \"Dance\"")]
    [InlineData("koopmanmesh.playground.v1.OtherService", "Say", "OtherService\" is not served here")]
    public async Task Unary_UnknownMethodOrService_IsUnimplemented(string service, string name, string detail)
    {
        await using var server = await TestServer.StartAsync();
        var method = new Method<string, string>(
            MethodType.Unary, service, name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        using var call = server.Channel.CreateCallInvoker().AsyncUnaryCall(
            method, null, new CallOptions(cancellationToken: Token), "hello");
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
        Assert.Contains(detail, exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_MethodNotOverridden_IsUnimplemented()
    {
        await using var server = await TestServer.StartAsync(map: app => app.MapGrpcService<BareService>());

        using var call = server.Client.SayAsync(new SayRequest(), cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
    }

    [Fact]
    public async Task Unary_GarbageForAMessage_IsInternal()
    {
        await using var server = await TestServer.StartAsync();
        var method = new Method<string, string>(
            MethodType.Unary,
            "koopmanmesh.playground.v1.PlaygroundService",
            "Say",
            Marshallers.StringMarshaller,
            Marshallers.StringMarshaller);

        using var call = server.Channel.CreateCallInvoker().AsyncUnaryCall(
            method, null, new CallOptions(cancellationToken: Token), "\u00ff not a protobuf");
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Internal, exception.StatusCode);
        Assert.Contains("is not a valid SayRequest", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailable()
    {
        var server = await TestServer.StartAsync();
        await server.StopAsync();

        using var call = server.Client.SayAsync(new SayRequest(), cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.NotNull(exception.Status.DebugException);
        await server.DisposeAsync();
    }

    private sealed class BareService : PlaygroundService.PlaygroundServiceBase
    {
    }
}
