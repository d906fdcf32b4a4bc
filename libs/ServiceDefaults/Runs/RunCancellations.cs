using System.Collections.Concurrent;

namespace KoopmanMesh.ServiceDefaults.Runs;

/// <summary>
/// One cancellation token for each run, shared by all services of a process: cancelling a run stops whatever works
/// for it. The event bus cancels a run's token on RunCancelled and RunFailed and hands the token to every handler;
/// work outside a handler (an RPC) takes a linked one. The tokens of the last <see cref="EndedKept"/> runs that ended
/// are kept, cancelled or not: an event that arrives late finds what became of its run, and nothing grows for ever.
/// </summary>
public sealed class RunCancellations : IDisposable
{
    /// <summary>How many runs that ended are remembered.</summary>
    public const int EndedKept = 1024;

    private readonly ConcurrentQueue<string> _ended = new();
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _sources = new(StringComparer.Ordinal);

    /// <summary>The run's token.</summary>
    public CancellationToken Token(string runId) => Source(runId).Token;

    /// <summary>
    /// A source that is cancelled with the run or with <paramref name="token"/>. Dispose it when the work is done.
    /// </summary>
    public CancellationTokenSource Link(string runId, CancellationToken token) =>
        CancellationTokenSource.CreateLinkedTokenSource(Source(runId).Token, token);

    /// <summary>Whether the run's token was cancelled.</summary>
    public bool IsCancelled(string runId) =>
        _sources.TryGetValue(runId, out var source) && source.IsCancellationRequested;

    /// <summary>Cancels the run's token. What listens to it runs on other threads, not before this returns.</summary>
    public async Task CancelAsync(string runId)
    {
        await Source(runId).CancelAsync().ConfigureAwait(false);
        Release(runId);
    }

    /// <summary>The run has ended: its token is kept no longer than those of the runs that end after it.</summary>
    public void Release(string runId)
    {
        if (!_known.TryAdd(runId, true))
        {
            return;
        }

        _ended.Enqueue(runId);
        if (_ended.Count > EndedKept && _ended.TryDequeue(out var oldest))
        {
            _known.TryRemove(oldest, out _);

            // Not disposed: somebody may be about to link to its token. It holds no timer, so the collector suffices.
            _sources.TryRemove(oldest, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources.Values)
        {
            source.Dispose();
        }
    }

    private CancellationTokenSource Source(string runId) =>
        _sources.GetOrAdd(runId, static _ => new CancellationTokenSource());
}
