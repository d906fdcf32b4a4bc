using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>
/// Names the span of a call by its method and says how it ended, as OpenTelemetry's conventions for RPC want it. Probes
/// have none; nor has what a sidecar brings: the delivery has its own, and the sidecar's is not known to anybody here.
/// </summary>
internal sealed class CallSpans(RequestDelegate next)
{
    private static readonly string[] _silent =
        ["/grpc.health.v1.", "/livez", "/readyz", "/startupz", "/events/", "/dapr/"];

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        Begin(span, context.Request);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            End(span, context);
        }
    }

    private static void Begin(Activity span, HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (Array.Exists(_silent, p => path.StartsWith(p, StringComparison.Ordinal)))
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
        else if (Errors.GrpcRefusal.IsGrpc(request) && path.Split('/') is ["", var service, var method])
        {
            span.DisplayName = $"{service}/{method}";
            span.SetTag("rpc.system", "grpc").SetTag("rpc.service", service).SetTag("rpc.method", method);
        }
        else
        {
            span.DisplayName = $"{request.Method} {path}";
        }
    }

    private static void End(Activity span, HttpContext context)
    {
        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var text = trailers?["grpc-status"].FirstOrDefault() ?? context.Response.Headers["grpc-status"].FirstOrDefault();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return;
        }

        span.SetTag("rpc.grpc.status_code", code);
        if ((StatusCode)code is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented
            or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss)
        {
            span.SetStatus(ActivityStatusCode.Error, ((StatusCode)code).ToString());
        }
    }

    /// <summary>Puts it around everything else, without a host's doing.</summary>
    internal sealed class Filter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseMiddleware<CallSpans>();
            next(app);
        };
    }
}
