using System.Net;
using Grpc.Core.Protocol;

namespace Grpc.Net.Client;

/// <summary>A request body that a stream writer fills: hands out the HTTP stream and holds it open.</summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamingContent() => Headers.TryAddWithoutValidation("content-type", ProtocolHeaders.ContentType);

    /// <summary>The stream to write to, once there is a connection; cancelled if there won't be one.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>Ends the body, and so the request stream.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>Breaks the body off, which resets the HTTP stream unless it has ended.</summary>
    public void Abort()
    {
        _opened.TrySetCanceled();
        _completed.TrySetCanceled();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        // Sends the headers, so that the server sees the call before its first message.
        await stream.FlushAsync().ConfigureAwait(false);

        // Only the first connection gets the messages; what was written to it can't be written again.
        if (!_opened.TrySetResult(stream) && !_completed.Task.IsCanceled)
        {
            throw new IOException("The connection was lost after the request stream had begun.");
        }

        await _completed.Task.ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
