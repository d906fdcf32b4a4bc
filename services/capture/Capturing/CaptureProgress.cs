using System.Collections.Concurrent;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>Tells watchers how far a run is, ten times a second at most.</summary>
internal sealed class CaptureProgress(IRunLedger ledger, TimeProvider time)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, Window> _windows = new(StringComparer.Ordinal);

    /// <summary>Adds captured rows.</summary>
    public async Task AddAsync(string runId, int rows, CancellationToken cancellationToken)
    {
        var window = _windows.GetOrAdd(runId, _ => new Window(time.GetTimestamp()));
        if (window.Add(rows, time, _interval) is { } elapsed)
        {
            await ReportAsync(runId, elapsed.Rows, elapsed.Rate, cancellationToken);
        }
    }

    /// <summary>Reports what is left of a shard.</summary>
    public async Task FlushAsync(string runId, CancellationToken cancellationToken)
    {
        if (_windows.TryRemove(runId, out var window))
        {
            await ReportAsync(runId, window.Rows, 0, cancellationToken);
        }
    }

    private Task<RunRecord> ReportAsync(string runId, long rows, double rate, CancellationToken cancellationToken) =>
        ledger.UpdateAsync(
            runId,
            run => run with
            {
                Progress = run.Progress with { RowsCaptured = run.Progress.RowsCaptured + rows, RowsPerSecond = rate },
            },
            cancellationToken);

    private sealed class Window(long started)
    {
        private readonly Lock _gate = new();
        private long _started = started;

        public long Rows { get; private set; }

        public (long Rows, double Rate)? Add(int rows, TimeProvider time, TimeSpan interval)
        {
            lock (_gate)
            {
                Rows += rows;
                var elapsed = time.GetElapsedTime(_started);
                if (elapsed < interval)
                {
                    return null;
                }

                var due = (Rows, Rows / elapsed.TotalSeconds);
                (Rows, _started) = (0, time.GetTimestamp());
                return due;
            }
        }
    }
}
