namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>
/// Tells new endings of runs from those that were told already. A run's end is stamped before it is committed, so what
/// has ended since the newest known end is not all: what ended a while before may be new too.
/// </summary>
/// <param name="margin">Longest time between stamp and commit.</param>
internal sealed class PostgresEndings(TimeSpan margin)
{
    private readonly Dictionary<string, DateTimeOffset> _told = new(StringComparer.Ordinal);
    private DateTimeOffset _newest;

    /// <summary>From when on to ask.</summary>
    internal DateTimeOffset Since => _newest - margin;

    /// <summary>Everything that has ended by now is old.</summary>
    internal void Start(DateTimeOffset now) => _newest = now;

    /// <summary>Those that were not told before.</summary>
    internal IReadOnlyList<RunRecord> New(IEnumerable<RunRecord> ended)
    {
        var fresh = ended.Where(run => _told.TryAdd(run.RunId, run.EndedAt!.Value)).ToArray();
        _newest = fresh.Select(static run => run.EndedAt!.Value).Append(_newest).Max();
        foreach (var (runId, _) in _told.Where(run => run.Value < Since).ToArray())
        {
            _told.Remove(runId);
        }

        return fresh;
    }
}
