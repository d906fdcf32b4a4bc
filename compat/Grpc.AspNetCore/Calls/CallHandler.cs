using Grpc.Core;
using Grpc.Core.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>What the four kinds of call share: checks, context, limits and the end of the call.</summary>
internal abstract class CallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    MethodSettings settings,
    ILogger logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected Method<TRequest, TResponse> Method { get; } = method;

    public async Task HandleAsync(HttpContext httpContext)
    {
        if (!CheckRequest(httpContext))
        {
            return;
        }

        if (!httpContext.Request.Path.Value!.EndsWith(Method.FullName, StringComparison.Ordinal))
        {
            // Routes match in any case, and with a slash at the end; the paths of gRPC don't.
            UnimplementedEndpoints.Answer(
                httpContext.Response,
                $"Path \"{httpContext.Request.Path.Value}\" is not served here; \"{Method.FullName}\" is.");
            return;
        }

        LiftBodyLimits(httpContext);
        httpContext.Response.ContentType = ProtocolHeaders.ContentType;
        await using var context = new HttpContextServerCallContext(httpContext, Method, settings, logger);
        try
        {
            context.Start();
            await ServeAsync(context);
        }
        catch (Exception exception)
        {
            context.Fail(exception);
        }

        context.End();
    }

    protected abstract Task ServeAsync(HttpContextServerCallContext context);

    protected HttpContextStreamWriter<TResponse> Responses(HttpContextServerCallContext context) =>
        new(context, Method.ResponseMarshaller.ContextualSerializer);

    /// <summary>The one request; a second one is an error of the client.</summary>
    protected async ValueTask<TRequest> ReadSingleAsync(HttpContextServerCallContext context)
    {
        var deserializer = Method.RequestMarshaller.ContextualDeserializer;
        var request = await context.ReadAsync(deserializer, context.CancellationToken)
            ?? throw new RpcException(new Status(
                StatusCode.Internal, $"{Method.FullName} takes one request but the client sent none."));
        return await context.ReadAsync(deserializer, context.CancellationToken) is null
            ? request
            : throw new RpcException(new Status(
                StatusCode.Internal, $"{Method.FullName} takes one request but the client sent more."));
    }

    /// <summary>Writes the one response; it leaves with the trailers.</summary>
    protected void WriteSingle(HttpContextServerCallContext context, TResponse? response)
    {
        if (response is null)
        {
            throw new RpcException(new Status(
                StatusCode.Cancelled, $"{Method.FullName} returned no response."));
        }

        if (context.Status.StatusCode == StatusCode.OK && !context.CancellationToken.IsCancellationRequested)
        {
            context.Write(Method.ResponseMarshaller.ContextualSerializer, response, context.WriteOptions);
        }
    }

    private static bool CheckRequest(HttpContext httpContext)
    {
        if (!HttpProtocol.IsHttp2(httpContext.Request.Protocol) && !HttpProtocol.IsHttp3(httpContext.Request.Protocol))
        {
            httpContext.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            httpContext.Response.Headers.Upgrade = HttpProtocol.Http2;
            return false;
        }

        if (!ProtocolHeaders.IsGrpc(httpContext.Request.ContentType))
        {
            httpContext.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        return true;
    }

    /// <summary>Calls may stream for hours, or say nothing for as long; each message has its own limit.</summary>
    private static void LiftBodyLimits(HttpContext httpContext)
    {
        if (httpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (httpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }
}
