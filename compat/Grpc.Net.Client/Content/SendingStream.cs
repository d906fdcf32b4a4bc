namespace Grpc.Net.Client;

/// <summary>
/// The write to an HTTP stream that is under way beside the method that owns the body. When that method ends early the
/// stream is reset, and a peer that gets data behind a reset ends the connection, with all other calls on it; so it
/// waits for this first.
/// </summary>
internal sealed class WriteInFlight
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _ended;
    private bool _running;
    private bool _closed;

    /// <summary>Begins a write, unless the body has ended.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _running = !_closed ? true : throw new OperationCanceledException("The call has ended.");
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _running = false;
            _ended?.TrySetResult();
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
}
