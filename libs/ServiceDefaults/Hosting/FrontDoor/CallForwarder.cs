using System.Globalization;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;

/// <summary>
/// Passes calls on to a replica of another service as they come, byte by byte: both directions flow at the pace of
/// whoever reads them, and nothing is gathered or understood on the way.
/// </summary>
/// <param name="replicas">Where to.</param>
/// <param name="isKeptByOne">Whether one of them takes all calls.</param>
/// <param name="logger">Told of calls that can't be passed on.</param>
internal sealed class CallForwarder(ReplicaSet replicas, bool isKeptByOne, ILogger<CallForwarder> logger)
{
    private static readonly string _failedPrecondition =
        ((int)StatusCode.FailedPrecondition).ToString(CultureInfo.InvariantCulture);

    private readonly ReplicaOwner? _owner = isKeptByOne ? new ReplicaOwner(replicas) : null;

    public async Task ForwardAsync(HttpContext context)
    {
        if (!GrpcRefusal.IsGrpc(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        if (context.Request.Headers.ContainsKey(ForwardedHeaders.Mark))
        {
            Fail(context, new ErrorDescription(
                ErrorKind.Unimplemented, "FORWARDED_TWICE",
                $"the call was forwarded to a host that has no {replicas.Service} service itself; "
                + $"Mesh:{replicas.Service} of the host before names one that has"));
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var body = new ForwardedBody(context.Request.BodyReader, end.Token);
        try
        {
            await ForwardAsync(context, body, end.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _owner?.Forget();
            if (!context.RequestAborted.IsCancellationRequested)
            {
                Fail(context, Describe(body.Failure as RpcException ?? e));
            }
        }
        finally
        {
            // The request is the server's again once this returns, so nothing may read it any more.
            await end.CancelAsync().ConfigureAwait(false);
            await body.Ended.ConfigureAwait(false);
        }
    }

    private async Task ForwardAsync(HttpContext context, ForwardedBody body, CancellationToken end)
    {
        using var request = new HttpRequestMessage { Method = HttpMethod.Post, Content = body };
        ForwardedHeaders.Copy(context.Request, request);
        using var response = await SendAsync(request, context.Request.Path.Value!, end).ConfigureAwait(false);
        await ForwardedResponse.CopyAsync(response, context.Response, end).ConfigureAwait(false);
        if (ForwardedResponse.StatusOf(response) == _failedPrecondition)
        {
            // Perhaps that another keeps the store by now.
            _owner?.Forget();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string path, CancellationToken end)
    {
        if (_owner is null)
        {
            return await replicas.SendAsync(request, path, null, end).ConfigureAwait(false);
        }

        var owner = await _owner.FindAsync(end).ConfigureAwait(false);
        try
        {
            return await replicas.SendAsync(request, path, owner, end).ConfigureAwait(false);
        }
        catch (ReplicasUnreachableException) when (owner is not null)
        {
            // It has ended, and nothing of the call has left: another is the owner now.
            _owner.Forget();
            owner = await _owner.FindAsync(end).ConfigureAwait(false);
            return await replicas.SendAsync(request, path, owner, end).ConfigureAwait(false);
        }
    }

    private ErrorDescription Describe(Exception exception) => exception switch
    {
        RpcException refused => RpcErrors.Describe(refused),
        KoopmanMeshException foreseen => foreseen.Describe(),
        _ => new ErrorDescription(
            ErrorKind.Unavailable, "UNAVAILABLE",
            $"the {replicas.Service} service broke the call off: {exception.GetBaseException().Message}"),
    };

    private void Fail(HttpContext context, ErrorDescription error)
    {
        Log.CallNotForwarded(logger, LogText.Of(context.Request.Path), error.Reason, LogText.Of(error.Message));
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            GrpcRefusal.Write(context.Response, error);
        }
        else if (context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers)
        {
            GrpcRefusal.WriteStatus(trailers, error);
        }
    }
}
