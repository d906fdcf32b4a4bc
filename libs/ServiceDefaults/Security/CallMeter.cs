using System.IO.Pipelines;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// Counts the bytes of one call that are in flight, by standing before the pipes that gRPC reads requests from and
/// writes responses to. Five objects a call, none a chunk.
/// </summary>
internal sealed class CallMeter : IRequestBodyPipeFeature, IHttpResponseBodyFeature
{
    public const string Reason = "BYTES_PER_CLIENT";

    // What a call leaves behind unsent when it ends is waited for from this size on; below it the stream's own buffer
    // has room, and a flush would only split a small answer.
    private const int WaitedFor = 64 << 10;

    private readonly IHttpResponseBodyFeature _inner;
    private readonly CallShare _read;
    private readonly CallShare _written;

    private CallMeter(HttpContext context, IHttpResponseBodyFeature inner, ClientUsage usage, long limit)
    {
        _inner = inner;
        _read = new CallShare(usage);
        _written = new CallShare(usage);
        Reader = new MeteredReader(context.Request.BodyReader, _read, limit);
        Writer = new MeteredWriter(inner.Writer, _written, limit);
    }

    public PipeReader Reader { get; }

    public PipeWriter Writer { get; }

    public Stream Stream => _inner.Stream;

    /// <summary>Stands before the pipes of a call.</summary>
    public static CallMeter Attach(HttpContext context, ClientUsage usage, long limit)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var meter = new CallMeter(context, body, usage, limit);
        context.Features.Set<IRequestBodyPipeFeature>(meter);
        context.Features.Set<IHttpResponseBodyFeature>(meter);
        return meter;
    }

    public static string Sentence(long limit) => $"the client's calls have {limit} bytes in flight";

    public static RpcException Refusal(long limit) => RpcErrors.ToRpcException(
        new ErrorDescription(ErrorKind.ResourceExhausted, Reason, Sentence(limit) + ", which is the most they may have")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        });

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        _inner.SendFileAsync(path, offset, count, cancellationToken);

    public Task CompleteAsync() => _inner.CompleteAsync();

    /// <summary>Waits until the transport has taken a large answer that the call left unsent.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (_written.Bytes <= WaitedFor)
        {
            return;
        }

        try
        {
            await Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, and with it whoever would be told.
        }
    }

    /// <summary>Counts nothing of this call any more.</summary>
    public void Release()
    {
        _read.Release();
        _written.Release();
    }
}
