using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>
/// Tells every exception of a server's method as a google.rpc.Status. Cancellation by the caller is not an error and
/// passes.
/// </summary>
public sealed class ErrorInterceptor(ErrorCatalog catalog, ILogger<ErrorInterceptor> logger) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(continuation);
        try
        {
            return await continuation(request, context).ConfigureAwait(false);
        }
        catch (Exception e) when (IsError(e, context))
        {
            throw Told(e, context);
        }
    }

    /// <inheritdoc/>
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(continuation);
        try
        {
            return await continuation(requestStream, context).ConfigureAwait(false);
        }
        catch (Exception e) when (IsError(e, context))
        {
            throw Told(e, context);
        }
    }

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(continuation);
        try
        {
            await continuation(request, responseStream, context).ConfigureAwait(false);
        }
        catch (Exception e) when (IsError(e, context))
        {
            throw Told(e, context);
        }
    }

    /// <inheritdoc/>
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(continuation);
        try
        {
            await continuation(requestStream, responseStream, context).ConfigureAwait(false);
        }
        catch (Exception e) when (IsError(e, context))
        {
            throw Told(e, context);
        }
    }

    // When the caller has gone, whatever the method throws is a consequence: nobody is there to be told.
    private static bool IsError(Exception e, ServerCallContext context) =>
        !context.CancellationToken.IsCancellationRequested
        || e is not (OperationCanceledException or IOException or RpcException { StatusCode: StatusCode.Cancelled });

    private RpcException Told(Exception e, ServerCallContext context)
    {
        var error = catalog.Describe(e);

        // An RpcException tells what the transport or another service refused, which is no fault of this one: a client
        // that sends malformed messages must not fill the log with stack traces.
        if (error.Kind is ErrorKind.Internal && e is not RpcException)
        {
            Log.MethodFailed(logger, context.Method, error.Reason, e);
        }
        else
        {
            Log.MethodRefused(logger, context.Method, LogText.Of(error.Reason), LogText.Of(error.Message));
        }

        return RpcErrors.ToRpcException(error);
    }
}
