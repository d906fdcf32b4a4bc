using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>Tells runs to whoever listens in this process.</summary>
internal sealed class RunBroadcast
{
    private readonly Lock _lock = new();
    private readonly List<ChannelWriter<RunRecord>> _listeners = [];

    internal void Tell(RunRecord run)
    {
        lock (_lock)
        {
            _listeners.ForEach(listener => listener.TryWrite(run));
        }
    }

    /// <summary>Every run that is told from now on.</summary>
    internal async IAsyncEnumerable<RunRecord> ListenAsync([EnumeratorCancellation] CancellationToken ct)
    {
        // Unbounded: a listener that lags costs one reference for a run that is in memory anyway.
        var runs = Channel.CreateUnbounded<RunRecord>();
        lock (_lock)
        {
            _listeners.Add(runs.Writer);
        }

        try
        {
            await foreach (var run in runs.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            {
                yield return run;
            }
        }
        finally
        {
            lock (_lock)
            {
                _listeners.Remove(runs.Writer);
            }
        }
    }
}
