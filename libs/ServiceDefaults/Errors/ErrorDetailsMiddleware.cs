using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>
/// Stands before everything else and gives an error that leaves the host without details its own: what the protocol
/// refuses before a service is called, or ends after, never meets the interceptor.
/// </summary>
internal sealed class ErrorDetailsMiddleware(
    RequestDelegate next, ErrorCatalog catalog, ILogger<ErrorDetailsMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new CompletingBody(body, context));
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e) when (GrpcRefusal.IsGrpc(context.Request) && !context.Response.HasStarted
            && !context.RequestAborted.IsCancellationRequested)
        {
            var error = catalog.Describe(e);
            Log.MethodFailed(logger, LogText.Of(context.Request.Path), error.Reason, e);
            GrpcRefusal.Write(context.Response, error);
        }

        ErrorDetails.Complete(context);
    }

    /// <summary>Puts the middleware first, without a host's doing.</summary>
    internal sealed class Filter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseMiddleware<ErrorDetailsMiddleware>();
            next(app);
        };
    }

    /// <summary>A response may be completed from below, e.g. when a deadline passes; that is the last moment.</summary>
    private sealed class CompletingBody(IHttpResponseBodyFeature body, HttpContext context) : IHttpResponseBodyFeature
    {
        public Stream Stream => body.Stream;

        public System.IO.Pipelines.PipeWriter Writer => body.Writer;

        public Task CompleteAsync()
        {
            ErrorDetails.Complete(context);
            return body.CompleteAsync();
        }

        public void DisableBuffering() => body.DisableBuffering();

        public Task StartAsync(CancellationToken cancellationToken = default) => body.StartAsync(cancellationToken);

        public Task SendFileAsync(
            string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            body.SendFileAsync(path, offset, count, cancellationToken);
    }
}
