using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>Stands the registered interceptors before a handler; built once a method, activated once a call.</summary>
internal sealed class InterceptorPipeline(IReadOnlyList<InterceptorRegistration> registrations)
{
    /// <summary>Puts the interceptors before a unary handler, the first one first.</summary>
    public UnaryServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        UnaryServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        foreach (var registration in registrations.Reverse())
        {
            var next = handler;
            handler = async (request, context) =>
            {
                var (interceptor, owned) = registration.Activate(context.GetHttpContext().RequestServices);
                try
                {
                    return await interceptor.UnaryServerHandler(request, context, next);
                }
                finally
                {
                    if (owned)
                    {
                        await Disposal.DisposeAsync(interceptor);
                    }
                }
            };
        }

        return handler;
    }

    /// <summary>Puts the interceptors before a client-streaming handler, the first one first.</summary>
    public ClientStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        ClientStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        foreach (var registration in registrations.Reverse())
        {
            var next = handler;
            handler = async (requests, context) =>
            {
                var (interceptor, owned) = registration.Activate(context.GetHttpContext().RequestServices);
                try
                {
                    return await interceptor.ClientStreamingServerHandler(requests, context, next);
                }
                finally
                {
                    if (owned)
                    {
                        await Disposal.DisposeAsync(interceptor);
                    }
                }
            };
        }

        return handler;
    }

    /// <summary>Puts the interceptors before a server-streaming handler, the first one first.</summary>
    public ServerStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        ServerStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        foreach (var registration in registrations.Reverse())
        {
            var next = handler;
            handler = async (request, responses, context) =>
            {
                var (interceptor, owned) = registration.Activate(context.GetHttpContext().RequestServices);
                try
                {
                    await interceptor.ServerStreamingServerHandler(request, responses, context, next);
                }
                finally
                {
                    if (owned)
                    {
                        await Disposal.DisposeAsync(interceptor);
                    }
                }
            };
        }

        return handler;
    }

    /// <summary>Puts the interceptors before a duplex-streaming handler, the first one first.</summary>
    public DuplexStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        DuplexStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        foreach (var registration in registrations.Reverse())
        {
            var next = handler;
            handler = async (requests, responses, context) =>
            {
                var (interceptor, owned) = registration.Activate(context.GetHttpContext().RequestServices);
                try
                {
                    await interceptor.DuplexStreamingServerHandler(requests, responses, context, next);
                }
                finally
                {
                    if (owned)
                    {
                        await Disposal.DisposeAsync(interceptor);
                    }
                }
            };
        }

        return handler;
    }
}
