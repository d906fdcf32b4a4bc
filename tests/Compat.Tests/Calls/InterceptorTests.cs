using Grpc.Core;
using Grpc.Core.Interceptors;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class InterceptorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_TwoInterceptors_StandInOrderAroundEveryKind()
    {
        await using var server = await TestServer.StartAsync(options =>
        {
            options.Interceptors.Add<TracingServerInterceptor>("outer");
            options.Interceptors.Add<TracingServerInterceptor>("inner");
        });
        var client = server.Client;

        await client.SayAsync(new SayRequest(), cancellationToken: Token);
        using var collect = client.Collect(cancellationToken: Token);
        await collect.RequestStream.CompleteAsync();
        await collect;
        using var count = client.Count(new CountRequest(), cancellationToken: Token);
        Assert.False(await count.ResponseStream.MoveNext(Token));
        using var chat = client.Chat(cancellationToken: Token);
        await chat.RequestStream.CompleteAsync();
        Assert.True(await chat.ResponseStream.MoveNext(Token));

        string[] kinds = ["unary", "client", "server", "duplex"];
        Assert.Equal(kinds.SelectMany(kind => new[] { $"outer {kind}", $"inner {kind}" }), server.State.Trace);
    }

    [Fact]
    public async Task Server_InterceptorThrowsRpcException_IsTheStatus()
    {
        await using var server = await TestServer.StartAsync(
            options => options.Interceptors.Add<RefusingInterceptor>());

        using var call = server.Client.SayAsync(new SayRequest(), cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(new Status(StatusCode.PermissionDenied, "not you"), exception.Status);
        Assert.False(server.State.Started.Task.IsCompleted);
    }

    [Fact]
    public void Server_TypeThatIsNoInterceptor_IsRefused()
    {
        var options = new Grpc.AspNetCore.Server.GrpcServiceOptions();

        Assert.Throws<ArgumentException>(() => options.Interceptors.Add(typeof(string)));
    }

    [Fact]
    public async Task Client_Interceptors_SeeTheCallFirstToLast()
    {
        await using var server = await TestServer.StartAsync();
        var trace = new List<string>();
        var invoker = server.Channel
            .Intercept(new TracingClientInterceptor("first", trace), new TracingClientInterceptor("second", trace));
        var client = new PlaygroundService.PlaygroundServiceClient(invoker);

        await client.SayAsync(new SayRequest(), cancellationToken: Token);

        const string Method = "/koopmanmesh.playground.v1.PlaygroundService/Say";
        Assert.Equal([$"first {Method}", $"second {Method}"], trace);
    }

    [Fact]
    public async Task Client_MetadataInterceptor_AddsHeaders()
    {
        await using var server = await TestServer.StartAsync();
        var invoker = server.Channel.Intercept(headers =>
        {
            headers.Add("x-added", "yes");
            return headers;
        });
        var client = new PlaygroundService.PlaygroundServiceClient(invoker);

        using var call = client.SayAsync(new SayRequest(), cancellationToken: Token);

        Assert.Equal("yes", (await call.ResponseHeadersAsync).GetValue("x-added"));
    }

    [Fact]
    public async Task Client_CallCredentialsOverPlaintext_TravelOnlyIfAllowed()
    {
        var credentials = CallCredentials.FromInterceptor((context, metadata) =>
        {
            metadata.Add("x-token", context.MethodName);
            return Task.CompletedTask;
        });
        var options = new CallOptions(cancellationToken: Token).WithCredentials(credentials);
        await using var careful = await TestServer.StartAsync();
        await using var careless = await TestServer.StartAsync(
            channel: new Grpc.Net.Client.GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });

        using var withheld = careful.Client.SayAsync(new SayRequest(), options);
        using var sent = careless.Client.SayAsync(new SayRequest(), options);

        Assert.Null((await withheld.ResponseHeadersAsync).GetValue("x-token"));
        Assert.Equal("Say", (await sent.ResponseHeadersAsync).GetValue("x-token"));
    }

    [Fact]
    public async Task Server_ScopedDependencies_LiveAndEndWithTheCall()
    {
        var probes = new List<ScopeProbe>();
        await using var server = await TestServer.StartAsync(
            options => options.Interceptors.Add<ScopeInterceptor>(),
            services => services.AddScoped(_ =>
            {
                var probe = new ScopeProbe();
                probes.Add(probe);
                return probe;
            }));

        await server.Client.SayAsync(new SayRequest(), cancellationToken: Token);
        await server.Client.SayAsync(new SayRequest(), cancellationToken: Token);
        await server.StopAsync();

        Assert.Equal(2, probes.Count);
        Assert.All(probes, probe => Assert.True(probe.Disposed));
    }

    private sealed class ScopeProbe : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }

    private sealed class ScopeInterceptor(ScopeProbe probe) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Assert.False(probe.Disposed);
            return continuation(request, context);
        }
    }

    private sealed class RefusingInterceptor : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.PermissionDenied, "not you"));
    }

    private sealed class TracingServerInterceptor(PlaygroundState state, string name) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            state.Trace.Add($"{name} unary");
            return base.UnaryServerHandler(request, context, continuation);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            state.Trace.Add($"{name} client");
            return base.ClientStreamingServerHandler(requestStream, context, continuation);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            state.Trace.Add($"{name} server");
            return base.ServerStreamingServerHandler(request, responseStream, context, continuation);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            state.Trace.Add($"{name} duplex");
            return base.DuplexStreamingServerHandler(requestStream, responseStream, context, continuation);
        }
    }

    private sealed class TracingClientInterceptor(string name, List<string> trace) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            trace.Add($"{name} {context.Method.FullName}");
            return continuation(request, context);
        }
    }
}
