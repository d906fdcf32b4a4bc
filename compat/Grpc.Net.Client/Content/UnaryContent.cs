using System.Net;
using Grpc.Core.Protocol;

namespace Grpc.Net.Client;

/// <summary>
/// A request body of one message, serialised before the request is sent, so that a message that can't be sent costs
/// the server nothing. The buffer goes back to the pool when its owner and every sending are done with it.
/// </summary>
internal sealed class UnaryContent : HttpContent
{
    private readonly PooledBuffer _message;
    private int _users = 1;

    public UnaryContent(PooledBuffer message)
    {
        _message = message;
        Headers.TryAddWithoutValidation("content-type", ProtocolHeaders.ContentType);
    }

    /// <summary>Bytes of the message and its prefix.</summary>
    public int Length => _message.Written.Length;

    /// <summary>Says that no more sending will begin.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _message.Dispose();
        }
    }

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _users);
        try
        {
            await stream.WriteAsync(_message.Written, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
