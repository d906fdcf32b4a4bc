namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>A run in memory: its record, its work, who may change it, who waits for a change.</summary>
/// <param name="run">Its record.</param>
/// <param name="work">Its work; null of a run that has ended.</param>
internal sealed class RunEntry(RunRecord run, WorkTable? work) : IDisposable
{
    private readonly Lock _lock = new();
    private RunRecord _current = run;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Held by whoever changes the run or its work.</summary>
    internal SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The run's work until it ends; read and written under the gate.</summary>
    internal WorkTable? Work { get; private set; } = work;

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

        if (run.HasEnded)
        {
            Work?.Dispose();
            Work = null;
        }

        changed.SetResult();
    }

    /// <summary>Brings the record up to date with the rows of the work.</summary>
    internal void Count()
    {
        var counted = Work!.Counted;
        var run = Current.Counted(counted.Rows, counted.RowsPerSecond);
        if (run != Current)
        {
            Set(run with { Version = run.Version + 1 });
        }
    }

    public void Dispose()
    {
        Work?.Dispose();
        Gate.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
