using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>The ledger as files, all of it in memory too. One process at a time.</summary>
internal sealed class FileRunLedger(IOptions<StateOptions> options, TimeProvider time, ILogger<FileRunLedger> logger)
    : IRunLedger, IDisposable
{
    private readonly StateOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, RunEntry> _runs = new(StringComparer.Ordinal);
    private readonly UnreadableRuns _unreadable = new(logger);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly RunBroadcast _endings = new();

    // Held while the folder is opened and while a run is created.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile RunFiles? _files;

    public async Task<RunCreation> CreateOrGetAsync(NewRun run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        NewRuns.Check(run);
        var files = await OpenAsync(ct).ConfigureAwait(false);
        var hash = NewRuns.HashOf(run);
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return _keys.TryGetValue(run.IdempotencyKey, out var runId)
                ? new RunCreation(NewRuns.Same(_runs[runId].Current, hash), Created: false)
                : new RunCreation(await CreateAsync(files, run, hash, ct).ConfigureAwait(false), Created: true);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<RunRecord> GetAsync(string runId, CancellationToken ct) =>
        (await EntryAsync(runId, ct).ConfigureAwait(false)).Current;

    public Task<RunRecord> PeekAsync(string runId, CancellationToken ct) => GetAsync(runId, ct);

    public async Task<RunRecord> UpdateAsync(string runId, Func<RunRecord, RunRecord> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        return await AloneAsync(
            runId,
            async entry =>
            {
                var before = entry.Current;
                var (rows, rate) = (before.Progress.RowsCaptured, before.Progress.RowsPerSecond);
                var after = before.HasEnded ? before : change(before).Counted(rows, rate);
                return after == before ? before : await SetAsync(entry, before, after, ct).ConfigureAwait(false);
            },
            ct).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken ct)
    {
        await OpenAsync(ct).ConfigureAwait(false);
        var runs = _runs.Values.Select(static e => e.Current);
        return [.. runs.OrderBy(static r => r.CreatedAt).ThenBy(static r => r.RunId, StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<RunRecord>> ListAllAsync(CancellationToken ct)
    {
        var runs = await ListAsync(ct).ConfigureAwait(false);
        return _unreadable.ErrorOfAny() is { } e ? throw e : runs;
    }

    public async Task<IReadOnlyList<RunRecord>> ListUnfinishedAsync(CancellationToken ct) =>
        [.. (await ListAsync(ct).ConfigureAwait(false)).Where(static r => !r.HasEnded)];

    public async Task<IReadOnlyList<RunRecord>> ListUntoldAsync(TimeSpan after, CancellationToken ct)
    {
        var until = time.GetUtcNow() - after;
        var untold = (await ListAsync(ct).ConfigureAwait(false)).Where(r => r.Untold && r.EndedAt <= until);
        return [.. untold.OrderBy(static r => r.EndedAt)];
    }

    public Task ToldAsync(string runId, CancellationToken ct) => AloneAsync(
        runId,
        async entry =>
        {
            if (entry.Current.Untold)
            {
                var told = entry.Current with { Untold = false };
                await _files!.WriteAsync(told, ct).ConfigureAwait(false);
                entry.Set(told);
            }

            return entry.Current;
        },
        ct);

    public IAsyncEnumerable<RunRecord> WatchEndingsAsync(CancellationToken ct) => _endings.ListenAsync(ct);

    public async IAsyncEnumerable<RunRecord> WatchAsync(string runId, [EnumeratorCancellation] CancellationToken ct)
    {
        var entry = await EntryAsync(runId, ct).ConfigureAwait(false);
        while (true)
        {
            var (run, changed) = entry.Observe();
            var seenAt = time.GetTimestamp();
            yield return run;
            if (run.HasEnded)
            {
                yield break;
            }

            await changed.WaitAsync(ct).ConfigureAwait(false);
            var wait = _options.WatchInterval - time.GetElapsedTime(seenAt);
            if (wait > TimeSpan.Zero && !entry.Current.HasEnded)
            {
                await Task.Delay(wait, time, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Does something with the work of a run, alone; <paramref name="ended"/> answers for a run that has ended.
    /// </summary>
    internal Task<T> OnWorkAsync<T>(
        string runId, Func<WorkTable, Task<T>> body, Func<T> ended, CancellationToken ct) => AloneAsync(
        runId,
        async entry =>
        {
            if (entry.Work is not { } work)
            {
                return ended();
            }

            var result = await body(work).ConfigureAwait(false);
            entry.Count();
            return result;
        },
        ct);

    /// <summary>The work of a run; of one that has ended as its journal has it.</summary>
    internal async Task<IReadOnlyList<WorkItem>> ListWorkAsync(string runId, CancellationToken ct) =>
        await OnWorkAsync(runId, static work => Task.FromResult(work.Items), static () => null!, ct)
            .ConfigureAwait(false)
        ?? await _files!.ReadWorkAsync(runId, logger, ct).ConfigureAwait(false);

    public void Dispose()
    {
        _files?.Dispose();
        _gate.Dispose();
        foreach (var entry in _runs.Values)
        {
            entry.Dispose();
        }
    }

    // One after the other for each run.
    private async Task<T> AloneAsync<T>(string runId, Func<RunEntry, Task<T>> act, CancellationToken ct)
    {
        var entry = await EntryAsync(runId, ct).ConfigureAwait(false);
        await entry.Gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await act(entry).ConfigureAwait(false);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private async Task<RunRecord> SetAsync(RunEntry entry, RunRecord before, RunRecord after, CancellationToken ct)
    {
        var durable = RunTransitions.IsDurable(before, after);
        after = RunTransitions.Stamp(before, after, time.GetUtcNow());
        if (after.HasEnded)
        {
            await entry.Work!.EndAsync(ct).ConfigureAwait(false);
        }

        if (durable || time.GetElapsedTime(entry.WrittenAt) >= _options.ProgressPersistence)
        {
            await _files!.WriteAsync(after, ct).ConfigureAwait(false);
            entry.WrittenAt = time.GetTimestamp();
        }

        entry.Set(after);
        if (after.HasEnded)
        {
            _endings.Tell(after);
        }

        return after;
    }

    private async Task<RunRecord> CreateAsync(RunFiles files, NewRun run, string hash, CancellationToken ct)
    {
        var record = NewRuns.Record(run, RunIds.New(time), hash, time.GetUtcNow());
        await files.WriteAsync(record, ct).ConfigureAwait(false);
        Remember(record, files.NewWork(record.RunId));
        return record;
    }

    private void Remember(RunRecord run, WorkTable? work)
    {
        var entry = new RunEntry(run, work) { WrittenAt = time.GetTimestamp() };
        if (work is not null)
        {
            entry.Count();
        }

        _runs[run.RunId] = entry;
        if (run.IdempotencyKey.Length > 0)
        {
            _keys[run.IdempotencyKey] = run.RunId;
        }
    }

    private async Task<RunEntry> EntryAsync(string runId, CancellationToken ct)
    {
        RunIds.Require(runId);
        await OpenAsync(ct).ConfigureAwait(false);
        return _runs.TryGetValue(runId, out var entry)
            ? entry
            : throw (Exception?)_unreadable.ErrorOf(runId) ?? NewRuns.NotFound(runId);
    }

    private async ValueTask<RunFiles> OpenAsync(CancellationToken ct)
    {
        if (_files is { } open)
        {
            return open;
        }

        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_files is null)
            {
                var folder = Path.Combine(Path.GetFullPath(_options.Root), "runs");
                var files = RunFiles.Open(folder, time);
                try
                {
                    foreach (var run in await files.ReadAllAsync(_unreadable, ct).ConfigureAwait(false))
                    {
                        Remember(run, run.HasEnded
                            ? null
                            : await files.OpenWorkAsync(run.RunId, logger, ct).ConfigureAwait(false));
                    }
                }
                catch
                {
                    files.Dispose();
                    throw;
                }

                _files = files;
                Log.LedgerOpened(logger, folder, _runs.Count);
            }

            return _files;
        }
        finally
        {
            _gate.Release();
        }
    }
}
