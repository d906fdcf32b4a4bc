namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>
/// Which snapshots of a run lie in its slots, and which of them somebody reads: snapshot i lies in slot i mod slots,
/// and is not overwritten while it is held. Thread-safe.
/// </summary>
/// <param name="slots">Of the file.</param>
/// <param name="history">Snapshots that are kept whatever is being written; fewer than slots.</param>
/// <param name="count">Snapshots stored so far.</param>
internal sealed class SnapshotRing(int slots, int history, long count)
{
    private readonly Lock _lock = new();
    private readonly List<long> _held = [];
    private long _count = count;
    private TaskCompletionSource? _released;

    public int Slots => slots;

    public int History => history;

    /// <summary>Snapshots stored so far, whether still kept or not.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Oldest snapshot that is kept.</summary>
    public long First => Math.Max(0, Count - history);

    /// <summary>
    /// Oldest snapshot that can't have begun to be overwritten: what a stopped service left undone may reach back to
    /// it.
    /// </summary>
    public long FirstWhole
    {
        get
        {
            lock (_lock)
            {
                return WholeFrom();
            }
        }
    }

    /// <summary>Keeps the snapshots from <paramref name="first"/> on until disposed; those kept now at least.</summary>
    public Hold HoldFrom(long first)
    {
        lock (_lock)
        {
            first = Math.Max(first, WholeFrom());
            _held.Add(first);
            return new Hold(this, first);
        }
    }

    /// <summary>Waits until the slot of the next snapshot is nobody's.</summary>
    public async Task WaitForSlotAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task released;
            lock (_lock)
            {
                var overwritten = _count - slots;
                if (_held.TrueForAll(first => first > overwritten))
                {
                    return;
                }

                _released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                released = _released.Task;
            }

            await released.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The next snapshot is stored.</summary>
    public void Advance()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    private long WholeFrom() =>
        Math.Max(0, _held.Count > 0 ? Math.Min(_held.Min(), _count - slots + 1) : _count - slots + 1);

    private void Release(long first)
    {
        lock (_lock)
        {
            _held.Remove(first);
            _released?.SetResult();
            _released = null;
        }
    }

    /// <summary>Snapshots that stay where they are.</summary>
    internal sealed class Hold(SnapshotRing ring, long first) : IDisposable
    {
        private int _released;

        /// <summary>The oldest of them.</summary>
        public long First => first;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                ring.Release(first);
            }
        }
    }
}
