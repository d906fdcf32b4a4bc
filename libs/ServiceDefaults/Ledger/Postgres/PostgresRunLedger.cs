using System.Runtime.CompilerServices;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Runs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>Runs in PostgreSQL, shared by any number of processes.</summary>
internal sealed class PostgresRunLedger(
    PostgresDatabase database, PostgresNotifications notifications, IOptions<StateOptions> options, TimeProvider time,
    ILogger<PostgresRunLedger> logger)
    : IRunLedger
{
    // Work that goes on tells nobody, so whoever watches looks: as often as a person reads.
    private static readonly TimeSpan _progressInterval = TimeSpan.FromSeconds(1);

    // Should a notification be lost all the same.
    private static readonly TimeSpan _endingsInterval = TimeSpan.FromSeconds(10);

    private readonly StateOptions _options = options.Value;
    private readonly UnreadableRuns _unreadable = new(logger);

    public async Task<RunCreation> CreateOrGetAsync(NewRun run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        NewRuns.Check(run);
        var (runId, call, hash) = (RunIds.New(time), Guid.NewGuid(), NewRuns.HashOf(run));
        var found = await database.PatientlyAsync(
            "create a run",
            async (t, token) =>
            {
                var now = await NowAsync(t.Connection, token).ConfigureAwait(false);
                var record = NewRuns.Record(run, runId, hash, now);
                return await InsertAsync(t.Connection, record, call, token).ConfigureAwait(false)
                    ? record
                    : await ExistingAsync(t.Connection, record, token).ConfigureAwait(false);
            },
            ct).ConfigureAwait(false);
        return new RunCreation(NewRuns.Same(found, hash), Created: found.RunId == runId);
    }

    public Task<RunRecord> GetAsync(string runId, CancellationToken ct) => ReadAsync(RunSql.Get, runId, ct);

    public Task<RunRecord> PeekAsync(string runId, CancellationToken ct) => ReadAsync(RunSql.Peek, runId, ct);

    public Task<RunRecord> UpdateAsync(string runId, Func<RunRecord, RunRecord> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ChangeAsync(runId, row => Changed(row, change), ct);
    }

    public Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken ct) =>
        ListAsync(static c => c.Sql(RunSql.List), ct);

    public async Task<IReadOnlyList<RunRecord>> ListAllAsync(CancellationToken ct) =>
        [.. (await ReadAsync("list runs", static c => c.Sql(RunSql.List), RunRow.Read, ct).ConfigureAwait(false))
            .Select(static row => row.Run)];

    public Task<IReadOnlyList<RunRecord>> ListUnfinishedAsync(CancellationToken ct) =>
        ListAsync(static c => c.Sql(RunSql.ListUnfinished), ct);

    public Task<IReadOnlyList<RunRecord>> ListUntoldAsync(TimeSpan after, CancellationToken ct) =>
        ListAsync(c => c.Sql(RunSql.ListUntold).With("after", after), ct);

    public Task ToldAsync(string runId, CancellationToken ct) => ChangeAsync(
        runId, static row => row.Run.Untold ? (row.Run with { Untold = false }, IsDurable: false) : null, ct);

    public async IAsyncEnumerable<RunRecord> WatchEndingsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var signal = notifications.WatchEndings();
        var endings = new PostgresEndings(_options.PostgresTimeout * 2);
        endings.Start(await database.PatientlyAsync(
            "read its clock", (t, token) => NowAsync(t.Connection, token), ct).ConfigureAwait(false));
        endings.New(await ListEndedAsync(endings.Since, ct).ConfigureAwait(false));
        while (true)
        {
            await signal.WaitAsync(_endingsInterval, ct).ConfigureAwait(false);
            foreach (var run in await EndedAsync(endings.Since, ct).ConfigureAwait(false) is { } ended
                ? endings.New(ended)
                : [])
            {
                yield return run;
            }
        }
    }

    public async IAsyncEnumerable<RunRecord> WatchAsync(string runId, [EnumeratorCancellation] CancellationToken ct)
    {
        using var changes = notifications.WatchRun(runId);
        RunRecord? seen = null;
        while (true)
        {
            var readAt = time.GetTimestamp();
            var run = await GetAsync(runId, ct).ConfigureAwait(false);
            if ((run.Version, run.Progress) != (seen?.Version, seen?.Progress))
            {
                seen = run;
                yield return run;
            }

            if (run.HasEnded)
            {
                yield break;
            }

            await changes.WaitAsync(_progressInterval, ct).ConfigureAwait(false);
            var wait = _options.WatchInterval - time.GetElapsedTime(readAt);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, ct).ConfigureAwait(false);
            }
        }
    }

    private async Task<RunRecord> ReadAsync(string sql, string runId, CancellationToken ct)
    {
        RunIds.Require(runId);
        var found = await ReadAsync($"read run '{runId}'", c => c.Sql(sql).With("run", runId), RunRow.Read, ct)
            .ConfigureAwait(false);
        return Only(found, runId).Run;
    }

    /// <summary>The unfinished runs that this program cannot read.</summary>
    internal async Task<string[]> ListUnreadableAsync(CancellationToken ct) =>
        [.. (await ReadAsync(
            "list runs",
            static c => c.Sql(RunSql.PeekUnfinished),
            r => RunRow.Find(r, _unreadable) is null ? r.GetString(5) : null,
            ct).ConfigureAwait(false)).OfType<string>()];

    /// <summary>
    /// Writes what <paramref name="change"/> makes of the run, unless that is null, and returns what it is then.
    /// </summary>
    private Task<RunRecord> ChangeAsync(
        string runId, Func<RunRow, (RunRecord Run, bool IsDurable)?> change, CancellationToken ct)
    {
        RunIds.Require(runId);
        var call = Guid.NewGuid();
        return database.PatientlyAsync(
            $"change run '{runId}'",
            async (t, token) =>
            {
                var transaction = await t.Connection.BeginTransactionAsync(token).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var found = await t.Connection.Sql(RunSql.Lock).With("run", runId)
                        .ReadAsync(RunRow.Read, token).ConfigureAwait(false);
                    var row = Only(found, runId);
                    if (row.Call == call || change(row) is not { } after)
                    {
                        return row.Run;
                    }

                    await WriteAsync(t.Connection, after.Run, after.IsDurable, call, token).ConfigureAwait(false);
                    await transaction.CommitAsync(token).ConfigureAwait(false);
                    return after.Run;
                }
            },
            ct);
    }

    // The watch goes on however long the database is away: the next look finds what ended meanwhile.
    private async Task<IReadOnlyList<RunRecord>?> EndedAsync(DateTimeOffset since, CancellationToken ct)
    {
        try
        {
            return await ListEndedAsync(since, ct).ConfigureAwait(false);
        }
        catch (RunLedgerException e) when (e.Reason == RunLedgerException.Unavailable)
        {
            return null;
        }
    }

    private static RunRow Only(List<RunRow> found, string runId) =>
        found.SingleOrDefault() ?? throw NewRuns.NotFound(runId);

    /// <summary>The run after a change, and whether more than its progress differs; null when nothing does.</summary>
    private static (RunRecord Run, bool IsDurable)? Changed(RunRow row, Func<RunRecord, RunRecord> change)
    {
        var before = row.Run;
        if (before.HasEnded)
        {
            return null;
        }

        var after = change(before).Counted(before.Progress.RowsCaptured, before.Progress.RowsPerSecond);
        return after == before
            ? null
            : (RunTransitions.Stamp(before, after, row.Now), RunTransitions.IsDurable(before, after));
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, RunRecord run, bool isDurable, Guid call, CancellationToken ct)
    {
        await connection.Sql(isDurable ? RunSql.Update : RunSql.UpdateLightly)
            .With("run", run.RunId)
            .With("version", run.Version)
            .With("call", call)
            .With("ended", run.HasEnded)
            .With("ended_at", run.EndedAt, NpgsqlDbType.TimestampTz)
            .With("untold", run.Untold)
            .With("record", RunFile.Text(run))
            .RunAsync(ct).ConfigureAwait(false);
        if (run.HasEnded)
        {
            await connection.Sql(RunSql.CloseWork).With("run", run.RunId).RunAsync(ct).ConfigureAwait(false);
        }
    }

    private static async Task<bool> InsertAsync(
        NpgsqlConnection connection, RunRecord run, Guid call, CancellationToken ct) =>
        await connection.Sql(RunSql.Insert)
            .With("run", run.RunId)
            .With("key", NewRuns.KeyBytes(run.IdempotencyKey), NpgsqlDbType.Bytea)
            .With("created", run.CreatedAt)
            .With("version", run.Version)
            .With("call", call)
            .With("record", RunFile.Text(run))
            .RunAsync(ct).ConfigureAwait(false) > 0;

    // The run of the same key, or our own from a try whose answer was lost.
    private static async Task<RunRecord> ExistingAsync(
        NpgsqlConnection connection, RunRecord run, CancellationToken ct)
    {
        var command = run.IdempotencyKey.Length == 0
            ? connection.Sql(RunSql.Get).With("run", run.RunId)
            : connection.Sql(RunSql.ByKey).With("key", NewRuns.KeyBytes(run.IdempotencyKey), NpgsqlDbType.Bytea);
        return Only(await command.ReadAsync(RunRow.Read, ct).ConfigureAwait(false), run.RunId).Run;
    }

    private static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken ct) =>
        (await connection.Sql(RunSql.Now)
            .ReadAsync(static r => r.GetFieldValue<DateTimeOffset>(0), ct).ConfigureAwait(false))[0];

    private Task<IReadOnlyList<RunRecord>> ListEndedAsync(DateTimeOffset since, CancellationToken ct) =>
        ListAsync(c => c.Sql(RunSql.ListEnded).With("since", since), ct);

    private async Task<IReadOnlyList<RunRecord>> ListAsync(
        Func<NpgsqlConnection, NpgsqlCommand> select, CancellationToken ct) =>
        [.. (await ReadAsync("list runs", select, r => RunRow.Find(r, _unreadable), ct).ConfigureAwait(false))
            .OfType<RunRecord>()];

    private Task<List<T>> ReadAsync<T>(
        string what, Func<NpgsqlConnection, NpgsqlCommand> select, Func<NpgsqlDataReader, T> row,
        CancellationToken ct) =>
        database.PatientlyAsync(what, (t, token) => select(t.Connection).ReadAsync(row, token), ct);
}
