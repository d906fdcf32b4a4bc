using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// The work of one run of this process, in memory; what must survive a restart goes to the journal first. Its owner
/// sees to it that one call runs at a time.
/// </summary>
internal sealed class WorkTable : IDisposable
{
    private readonly SortedDictionary<WorkKey, WorkItem> _items = new(Comparer<WorkKey>.Create(Compare));

    // What an earlier process began: offered again it keeps its attempts.
    private readonly Dictionary<WorkKey, WorkItem> _begun = [];
    private readonly WorkJournal _journal;
    private readonly TimeProvider _time;

    internal WorkTable(WorkJournal journal, IEnumerable<WorkItem> journaled, TimeProvider time)
    {
        (_journal, _time) = (journal, time);
        foreach (var item in journaled)
        {
            if (IsFinal(item))
            {
                _items[item.Key] = item;
            }
            else
            {
                _begun[item.Key] = item;
            }
        }
    }

    internal IReadOnlyList<WorkItem> Items => [.. _items.Values];

    /// <summary>Rows of all shards, and how many a second are added by those under way.</summary>
    internal (long Rows, double RowsPerSecond) Counted
    {
        get
        {
            var now = _time.GetUtcNow();
            var shards = _items.Values.Where(static i => i.Key.Kind == WorkKind.Shard).ToArray();
            return (shards.Sum(static i => i.Rows), shards.Where(i => i.LeasedUntil > now).Sum(i => i.RowsPerSecond));
        }
    }

    internal IReadOnlyList<WorkKey> Offer(IReadOnlyList<WorkKey> work)
    {
        var now = _time.GetUtcNow();
        return [.. work.Where(key => _items.TryAdd(key, NewItem(key, now)))];
    }

    internal async Task<WorkLease?> ClaimAsync(WorkKey key, string owner, TimeSpan lease, CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        if (!_items.TryGetValue(key, out var item)
            || !(item.State == WorkState.Ready ? item.ReadyAt <= now : IsAbandoned(item, now)))
        {
            return null;
        }

        var claimed = item with
        {
            State = WorkState.Leased,
            Attempts = item.Attempts + 1,
            Failures = item.Failures + (item.State == WorkState.Leased ? 1 : 0),
            Owner = owner,
            StartedAt = now,
            LeasedUntil = now + lease,
            Rows = 0,
            RowsPerSecond = 0,
        };
        await WriteAsync(claimed, sync: false, ct).ConfigureAwait(false);
        return new WorkLease(key, owner, claimed.Attempts, item.State == WorkState.Leased)
        {
            Waited = now - item.ReadyAt,
            Failures = claimed.Failures,
            Waits = claimed.Waits,
        };
    }

    internal bool Renew(WorkLease held, TimeSpan lease, WorkProgress progress)
    {
        if (Held(held) is not { } item)
        {
            return false;
        }

        _items[held.Key] = item with
        {
            LeasedUntil = _time.GetUtcNow() + lease,
            Rows = progress.Rows,
            RowsPerSecond = progress.RowsPerSecond,
        };
        return true;
    }

    internal async Task<bool> CompleteAsync(
        WorkLease held, string result, WorkProgress progress, CancellationToken ct)
    {
        if (Held(held) is not { } item)
        {
            return _items.GetValueOrDefault(held.Key) is { State: WorkState.Done } known
                && known.Attempts == held.Attempt && known.Owner == held.Owner;
        }

        var done = Ended(item, WorkState.Done) with { Result = result, Rows = progress.Rows };
        await WriteAsync(done, sync: true, ct).ConfigureAwait(false);
        return true;
    }

    internal async Task RetryLaterAsync(
        WorkLease held, WorkSetback why, string error, TimeSpan delay, CancellationToken ct)
    {
        if (Held(held) is { } item)
        {
            var ready = item with
            {
                State = WorkState.Ready,
                Failures = item.Failures + why.Failures(),
                Waits = item.Waits + why.Waits(),
                LastError = error,
                ReadyAt = _time.GetUtcNow() + delay,
                LeasedUntil = null,
                Rows = 0,
                RowsPerSecond = 0,
            };
            await WriteAsync(ready, sync: false, ct).ConfigureAwait(false);
        }
    }

    internal async Task<bool> ParkAsync(WorkKey key, string error, CancellationToken ct)
    {
        if (!_items.TryGetValue(key, out var item) || IsFinal(item))
        {
            return false;
        }

        await WriteAsync(Ended(item, WorkState.Parked) with { LastError = error }, sync: true, ct)
            .ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// See <see cref="IWorkLedger.TakeStalledAsync"/>. Of work whose lease ran out, the time since when it counts as
    /// ready is set while it stays leased: its holder may come back before anybody claims it.
    /// </summary>
    internal IReadOnlyList<WorkItem> TakeStalled(TimeSpan after, int most)
    {
        var now = _time.GetUtcNow();
        var stalled = _items.Values
            .Where(i => i.State == WorkState.Ready
                ? i.ReadyAt + after < now
                : IsAbandoned(i, now) && (i.ReadyAt < i.LeasedUntil || i.ReadyAt + after < now))
            .Take(Math.Max(0, most))
            .ToArray();
        foreach (var item in stalled)
        {
            _items[item.Key] = item with { ReadyAt = now };
        }

        return stalled;
    }

    /// <summary>See <see cref="IWorkLedger.CountAsync"/>.</summary>
    internal IReadOnlyList<WorkCount> Count() =>
    [
        .. _items.Values.Where(static i => !IsFinal(i))
            .GroupBy(static i => (i.Key.Kind, i.State))
            .Select(static g => new WorkCount(g.Key.Kind, g.Key.State, g.Count())),
    ];

    /// <summary>The run ends: what was not done is written as it was left.</summary>
    internal Task EndAsync(CancellationToken ct) =>
        _journal.AppendAsync(_items.Values.Where(static i => !IsFinal(i)), sync: false, ct);

    public void Dispose() => _journal.Dispose();

    /// <summary>The order in which work is listed.</summary>
    internal static int Compare(WorkKey a, WorkKey b) =>
        (a.Kind, a.Component, a.Level, a.Index).CompareTo((b.Kind, b.Component, b.Level, b.Index));

    private static bool IsFinal(WorkItem item) => item.State is WorkState.Done or WorkState.Parked;

    private static bool IsAbandoned(WorkItem item, DateTimeOffset now) =>
        item.State == WorkState.Leased && item.LeasedUntil < now;

    private WorkItem NewItem(WorkKey key, DateTimeOffset now)
    {
        var item = new WorkItem { Key = key, State = WorkState.Ready, ReadyAt = now };
        return _begun.Remove(key, out var begun)
            ? item with
            {
                Attempts = begun.Attempts,
                Failures = begun.Failures + (begun.State == WorkState.Leased ? 1 : 0),
                Waits = begun.Waits,
                Owner = begun.Owner,
                LastError = begun.LastError,
            }
            : item;
    }

    private WorkItem Ended(WorkItem item, WorkState state) => item with
    {
        State = state,
        EndedAt = _time.GetUtcNow(),
        LeasedUntil = null,
        RowsPerSecond = 0,
    };

    private WorkItem? Held(WorkLease held) => _items.TryGetValue(held.Key, out var item)
        && item.State == WorkState.Leased && item.Attempts == held.Attempt && item.Owner == held.Owner
        ? item
        : null;

    private async Task WriteAsync(WorkItem item, bool sync, CancellationToken ct)
    {
        await _journal.AppendAsync([item], sync, ct).ConfigureAwait(false);
        _items[item.Key] = item;
    }
}
