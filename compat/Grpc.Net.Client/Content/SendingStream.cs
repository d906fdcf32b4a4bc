using System.Runtime.CompilerServices;

namespace Grpc.Net.Client;

/// <summary>
/// The HTTP stream of one sending, written to beside the method that owns the body. When that method ends early the
/// stream is reset, and a peer that gets data behind a reset ends the connection, with all other calls on it; so it
/// waits for the write under way first.
/// </summary>
internal sealed class SendingStream(Stream stream)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _ended;
    private bool _running;
    private bool _closed;

    /// <summary>Writes a message, unless the body has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> message, bool flush, CancellationToken cancellationToken)
    {
        Begin();
        try
        {
            await stream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
            if (flush)
            {
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            End();
        }
    }

    /// <summary>Lets no further write begin; ends when the one under way has.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _running ? _ended.Task : Task.CompletedTask;
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            _running = !_closed ? true : throw new OperationCanceledException("The sending has ended.");
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _running = false;
            _ended?.TrySetResult();
        }
    }
}
