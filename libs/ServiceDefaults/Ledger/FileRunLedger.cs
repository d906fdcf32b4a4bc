using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Runs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>The ledger as files, all of it in memory too. One process at a time.</summary>
internal sealed class FileRunLedger(IOptions<StateOptions> options, TimeProvider time, ILogger<FileRunLedger> logger)
    : IRunLedger, IDisposable
{
    private const int MaxKey = 128;

    private readonly StateOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, RunEntry> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    // Held while the folder is opened and while a run is created.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile RunFiles? _files;

    public async Task<RunCreation> CreateOrGetAsync(NewRun run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.IdempotencyKey.Length > MaxKey)
        {
            throw new InvalidRequestException(
                "IDEMPOTENCY_KEY_INVALID",
                $"the idempotency key has {run.IdempotencyKey.Length} characters, allowed are {MaxKey}",
                "idempotency_key");
        }

        var files = await OpenAsync(ct).ConfigureAwait(false);
        var hash = Convert.ToHexStringLower(SHA256.HashData(run.Spec.ToByteArray()));
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return _keys.TryGetValue(run.IdempotencyKey, out var runId)
                ? new RunCreation(Same(_runs[runId].Current, hash), Created: false)
                : new RunCreation(await CreateAsync(files, run, hash, ct).ConfigureAwait(false), Created: true);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<RunRecord> GetAsync(string runId, CancellationToken ct) =>
        (await EntryAsync(runId, ct).ConfigureAwait(false)).Current;

    public async Task<RunRecord> UpdateAsync(string runId, Func<RunRecord, RunRecord> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        var entry = await EntryAsync(runId, ct).ConfigureAwait(false);
        await entry.Gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var before = entry.Current;
            var after = before.HasEnded ? before : change(before);
            if (after == before)
            {
                return before;
            }

            var durable = RunTransitions.IsDurable(before, after);
            after = RunTransitions.Stamp(before, after, time.GetUtcNow());
            if (durable || time.GetElapsedTime(entry.WrittenAt) >= _options.ProgressPersistence)
            {
                await _files!.WriteAsync(after, ct).ConfigureAwait(false);
                entry.WrittenAt = time.GetTimestamp();
            }

            entry.Set(after);
            return after;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    public async Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken ct)
    {
        await OpenAsync(ct).ConfigureAwait(false);
        var runs = _runs.Values.Select(static e => e.Current);
        return [.. runs.OrderBy(static r => r.CreatedAt).ThenBy(static r => r.RunId, StringComparer.Ordinal)];
    }

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

    public void Dispose()
    {
        _files?.Dispose();
        _gate.Dispose();
        foreach (var entry in _runs.Values)
        {
            entry.Dispose();
        }
    }

    private static RunRecord Same(RunRecord run, string hash) => run.RequestHash == hash
        ? run
        : throw new ConflictException(
            "IDEMPOTENCY_KEY_REUSED",
            "idempotency_key",
            run.IdempotencyKey,
            $"the idempotency key '{run.IdempotencyKey}' belongs to run '{run.RunId}' of another request; " +
            "use a new key");

    private async Task<RunRecord> CreateAsync(RunFiles files, NewRun run, string hash, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var record = new RunRecord
        {
            RunId = RunIds.New(time),
            Spec = run.Spec.Clone(),
            IdempotencyKey = run.IdempotencyKey,
            RequestHash = hash,
            TraceId = run.TraceId,
            TraceParent = run.TraceParent,
            Plan = run.Plan,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await files.WriteAsync(record, ct).ConfigureAwait(false);
        Remember(record);
        return record;
    }

    private void Remember(RunRecord run)
    {
        _runs[run.RunId] = new RunEntry(run) { WrittenAt = time.GetTimestamp() };
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
            : throw new ResourceNotFoundException("RUN_NOT_FOUND", "run", runId, $"there is no run '{runId}'");
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
                    (await files.ReadAllAsync(logger, ct).ConfigureAwait(false)).ForEach(Remember);
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
