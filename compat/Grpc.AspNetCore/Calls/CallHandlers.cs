using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>Serves one request with one response.</summary>
internal sealed class UnaryCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    MethodSettings settings,
    ILogger logger,
    Func<TService, TRequest, ServerCallContext, Task<TResponse>> invoke)
    : CallHandler<TService, TRequest, TResponse>(method, settings, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly UnaryServerMethod<TRequest, TResponse> _handler =
        new InterceptorPipeline(settings.Interceptors).Wrap<TRequest, TResponse>(async (request, context) =>
        {
            await using var activation = new ServiceActivation<TService>(context.GetHttpContext().RequestServices);
            return await invoke(activation.Service, request, context);
        });

    protected override async Task ServeAsync(HttpContextServerCallContext context)
    {
        var request = await ReadSingleAsync(context);
        WriteSingle(context, await _handler(request, context));
    }
}

/// <summary>Serves a stream of requests with one response.</summary>
internal sealed class ClientStreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    MethodSettings settings,
    ILogger logger,
    Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> invoke)
    : CallHandler<TService, TRequest, TResponse>(method, settings, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly ClientStreamingServerMethod<TRequest, TResponse> _handler =
        new InterceptorPipeline(settings.Interceptors).Wrap<TRequest, TResponse>(async (requests, context) =>
        {
            await using var activation = new ServiceActivation<TService>(context.GetHttpContext().RequestServices);
            return await invoke(activation.Service, requests, context);
        });

    protected override async Task ServeAsync(HttpContextServerCallContext context)
    {
        var requests = new HttpContextStreamReader<TRequest>(context, Method.RequestMarshaller.ContextualDeserializer);
        WriteSingle(context, await _handler(requests, context));
    }
}

/// <summary>Serves one request with a stream of responses.</summary>
internal sealed class ServerStreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    MethodSettings settings,
    ILogger logger,
    Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> invoke)
    : CallHandler<TService, TRequest, TResponse>(method, settings, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly ServerStreamingServerMethod<TRequest, TResponse> _handler =
        new InterceptorPipeline(settings.Interceptors).Wrap<TRequest, TResponse>(async (request, responses, context) =>
        {
            await using var activation = new ServiceActivation<TService>(context.GetHttpContext().RequestServices);
            await invoke(activation.Service, request, responses, context);
        });

    protected override async Task ServeAsync(HttpContextServerCallContext context)
    {
        var request = await ReadSingleAsync(context);
        await _handler(request, Responses(context), context);
    }
}

/// <summary>Serves a stream of requests with a stream of responses.</summary>
internal sealed class DuplexStreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    MethodSettings settings,
    ILogger logger,
    Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> invoke)
    : CallHandler<TService, TRequest, TResponse>(method, settings, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly DuplexStreamingServerMethod<TRequest, TResponse> _handler =
        new InterceptorPipeline(settings.Interceptors).Wrap<TRequest, TResponse>(async (requests, responses, context) =>
        {
            await using var activation = new ServiceActivation<TService>(context.GetHttpContext().RequestServices);
            await invoke(activation.Service, requests, responses, context);
        });

    protected override Task ServeAsync(HttpContextServerCallContext context)
    {
        var requests = new HttpContextStreamReader<TRequest>(context, Method.RequestMarshaller.ContextualDeserializer);
        return _handler(requests, Responses(context), context);
    }
}
