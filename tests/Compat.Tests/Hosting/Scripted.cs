using Grpc.AspNetCore.Server;
using Grpc.Core;
using KoopmanMesh.Playground.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>A service that does what one test writes for it.</summary>
public sealed class Scripted : PlaygroundService.PlaygroundServiceBase
{
    public Func<SayRequest, ServerCallContext, Task<SayResponse>>? OnSay { get; init; }

    public Func<IAsyncStreamReader<CollectRequest>, ServerCallContext, Task<CollectResponse>>? OnCollect { get; init; }

    public Func<IServerStreamWriter<CountResponse>, ServerCallContext, Task>? OnCount { get; init; }

    public Func<IAsyncStreamReader<ChatRequest>, IServerStreamWriter<ChatResponse>, ServerCallContext, Task>? OnChat
    {
        get;
        init;
    }

    public Task<TestServer> ServeAsync(Action<GrpcServiceOptions>? configure = null) => TestServer.StartAsync(
        configure, services => services.AddSingleton(this), map: app => app.MapGrpcService<Scripted>());

    public override Task<SayResponse> Say(SayRequest request, ServerCallContext context) =>
        OnSay is null ? base.Say(request, context) : OnSay(request, context);

    public override Task<CollectResponse> Collect(
        IAsyncStreamReader<CollectRequest> requestStream, ServerCallContext context) =>
        OnCollect is null ? base.Collect(requestStream, context) : OnCollect(requestStream, context);

    public override Task Count(
        CountRequest request, IServerStreamWriter<CountResponse> responseStream, ServerCallContext context) =>
        OnCount is null ? base.Count(request, responseStream, context) : OnCount(responseStream, context);

    public override Task Chat(
        IAsyncStreamReader<ChatRequest> requestStream,
        IServerStreamWriter<ChatResponse> responseStream,
        ServerCallContext context) =>
        OnChat is null
            ? base.Chat(requestStream, responseStream, context)
            : OnChat(requestStream, responseStream, context);
}
