namespace KoopmanMesh.Wire;

/// <summary>What the peer lets this side send, in bytes of DATA (RFC 9113, section 5.2).</summary>
internal sealed class SendWindow(long available)
{
    private readonly Lock _lock = new();
    private long _available = available;
    private TaskCompletionSource? _grown;
    private bool _closed;

    public void Grow(long bytes)
    {
        lock (_lock)
        {
            _available += bytes;
            Wake();
        }
    }

    /// <summary>Says that it will never grow again.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Wake();
        }
    }

    /// <summary>Waits until something may be sent, and takes as much of what is wanted as may.</summary>
    public async ValueTask<int> TakeAsync(int wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_lock)
            {
                if (_available > 0)
                {
                    var taken = (int)Math.Min(wanted, _available);
                    _available -= taken;
                    return taken;
                }

                if (_closed)
                {
                    throw new IOException("The server ended what was being sent.");
                }

                _grown ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    private void Wake()
    {
        _grown?.TrySetResult();
        _grown = null;
    }
}
