using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// Runs that this program cannot read, because a newer one wrote them or because they are damaged. They must not keep
/// the others from being served; the log names each once.
/// </summary>
internal sealed class UnreadableRuns(ILogger logger)
{
    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.Ordinal);

    internal void Add(string runId, string problem)
    {
        if (_problems.TryAdd(runId, problem))
        {
            Log.RunUnreadable(logger, runId, problem);
        }
    }

    /// <summary>What to say to whoever asks for this run; null when it was not added.</summary>
    internal RunLedgerException? ErrorOf(string runId) =>
        _problems.TryGetValue(runId, out var problem) ? Error(runId, problem) : null;

    /// <summary>What to say to whoever needs all runs; null when none was added.</summary>
    internal RunLedgerException? ErrorOfAny() => _problems.Keys.Select(ErrorOf).FirstOrDefault();

    internal static RunLedgerException Error(string runId, string problem, Exception? inner = null) => new(
        RunLedgerException.Unreadable,
        $"run '{runId}' is damaged, or of a newer version of this program: {problem}",
        inner);
}
