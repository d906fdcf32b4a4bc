using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>The responses of a streaming call. A write ends when Kestrel has room, so a slow client slows the
/// service.</summary>
internal sealed class HttpContextStreamWriter<TResponse>(
    HttpContextServerCallContext context,
    Action<TResponse, SerializationContext> serializer) : IServerStreamWriter<TResponse>
    where TResponse : class
{
    private int _writing;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("The previous response is still being written; await each write.");
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var options = WriteOptions ?? context.WriteOptions;
            context.Write(serializer, message, options);
            if (options is null || !options.Flags.HasFlag(WriteFlags.BufferHint))
            {
                // The end of the call ends a flush as well; were it to cancel it, the client would see INTERNAL_ERROR.
                await context.FlushAsync(
                    cancellationToken == context.CancellationToken ? CancellationToken.None : cancellationToken);
            }
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }
}
