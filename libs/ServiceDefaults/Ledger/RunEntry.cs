namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>A run in memory: its record, who may change it, who waits for a change.</summary>
internal sealed class RunEntry(RunRecord run) : IDisposable
{
    private readonly Lock _lock = new();
    private RunRecord _current = run;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Held by whoever changes the run.</summary>
    internal SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Timestamp of the last write of the run's file; read and written under the gate.</summary>
    internal long WrittenAt { get; set; }

    internal RunRecord Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>The record, and a task that ends when there is another.</summary>
    internal (RunRecord Run, Task Changed) Observe()
    {
        lock (_lock)
        {
            return (_current, _changed.Task);
        }
    }

    internal void Set(RunRecord run)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _current = run;
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    public void Dispose() => Gate.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
