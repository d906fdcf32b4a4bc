using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.ServiceDefaults.Work;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>The work of runs in PostgreSQL: each operation is one statement.</summary>
internal sealed class PostgresWorkLedger(PostgresDatabase database, PostgresRunLedger runs) : IWorkLedger
{
    public async Task<IReadOnlyList<WorkKey>> OfferAsync(
        string runId, IReadOnlyList<WorkKey> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(work);
        RunIds.Require(runId);
        var call = Guid.NewGuid();

        // In one order by everybody, so that two who offer the same do not wait for each other in a circle.
        var keys = work.OrderBy(static k => (k.Kind, k.Component, k.Level, k.Index)).ToArray();
        var added = await database.PatientlyAsync(
            $"offer work of run '{runId}'",
            (t, token) => Of(runId, keys, WorkSql.Offer, t)
                .With("call", call)
                .With("repeated", t.IsRepeated)
                .ReadAsync(r => WorkRows.Key(r, runId, 0), token),
            ct).ConfigureAwait(false);
        if (added.Count == 0)
        {
            await runs.PeekAsync(runId, ct).ConfigureAwait(false);
        }

        return added;
    }

    public async Task<WorkLease?> ClaimAsync(WorkKey key, string owner, TimeSpan lease, CancellationToken ct)
    {
        RunIds.Require(key.RunId);
        var call = Guid.NewGuid();
        var claimed = await database.PatientlyAsync(
            $"claim {key}",
            (t, token) => Of(key, WorkSql.Claim, t)
                .WithText("owner", owner)
                .With("lease", lease)
                .With("call", call)
                .With("repeated", t.IsRepeated)
                .ReadAsync(r => WorkRows.Lease(r, key, owner), token),
            ct).ConfigureAwait(false);
        return claimed.SingleOrDefault();
    }

    public Task<bool> RenewAsync(WorkLease held, TimeSpan lease, WorkProgress progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(progress);
        return database.PatientlyAsync(
            $"renew the lease of {held.Key}",
            (t, token) => Of(held, WorkSql.Renew, t)
                .With("lease", lease)
                .With("rows", progress.Rows)
                .With("rate", progress.RowsPerSecond)
                .AnyAsync(token),
            ct);
    }

    public Task<bool> CompleteAsync(WorkLease held, string result, WorkProgress progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(progress);
        return database.PatientlyAsync(
            $"complete {held.Key}",
            (t, token) => Of(held, WorkSql.Complete, t)
                .WithText("result", result)
                .With("rows", progress.Rows)
                .AnyAsync(token),
            ct);
    }

    public Task RetryLaterAsync(
        WorkLease held, WorkSetback why, string error, TimeSpan delay, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(held);
        return database.PatientlyAsync(
            $"give back {held.Key}",
            (t, token) => Of(held, WorkSql.RetryLater, t)
                .With("failures", why.Failures())
                .With("waits", why.Waits())
                .WithText("error", error)
                .With("delay", delay)
                .RunAsync(token),
            ct);
    }

    public Task<bool> ParkAsync(WorkKey key, string error, CancellationToken ct)
    {
        RunIds.Require(key.RunId);
        var call = Guid.NewGuid();
        return database.PatientlyAsync(
            $"park {key}",
            (t, token) => Of(key, WorkSql.Park, t)
                .WithText("error", error)
                .With("call", call)
                .With("repeated", t.IsRepeated)
                .AnyAsync(token),
            ct);
    }

    public async Task<IReadOnlyList<WorkItem>> ListAsync(string runId, CancellationToken ct)
    {
        RunIds.Require(runId);
        var items = await database.PatientlyAsync(
            $"list the work of run '{runId}'",
            (t, token) => t.Connection.Sql(WorkSql.List).With("run", runId).ReadAsync(WorkRows.Item, token),
            ct).ConfigureAwait(false);
        if (items.Count == 0)
        {
            await runs.PeekAsync(runId, ct).ConfigureAwait(false);
        }

        return items;
    }

    public async Task<WorkView> ViewAsync(string runId, IReadOnlyList<WorkKey> around, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(around);
        RunIds.Require(runId);
        var rows = await database.PatientlyAsync(
            $"look at the work of run '{runId}'",
            (t, token) => Of(runId, [.. around], WorkSql.View, t).ReadAsync(WorkRows.View, token),
            ct).ConfigureAwait(false);
        var (underWay, offered, first) = rows[0];
        if (first is null && offered == 0)
        {
            await runs.PeekAsync(runId, ct).ConfigureAwait(false);
        }

        return new WorkView(offered, underWay, [.. rows.Select(static r => r.Item).OfType<WorkItem>()]);
    }

    public Task<bool> TakeTurnAsync(TimeSpan interval, CancellationToken ct) => database.PatientlyAsync(
        "take a turn at reconciliation",
        (t, token) => t.Connection.Sql(WorkSql.TakeTurn).With("interval", interval).AnyAsync(token),
        ct);

    public async Task<IReadOnlyList<WorkCount>> CountAsync(CancellationToken ct) =>
        await database.PatientlyAsync(
            "count the work that is not done",
            (t, token) => t.Connection.Sql(WorkSql.Count).ReadAsync(WorkRows.Count, token),
            ct).ConfigureAwait(false);

    public async Task<IReadOnlyList<WorkItem>> TakeStalledAsync(TimeSpan after, int most, CancellationToken ct)
    {
        // Work of a run that this program cannot read is for a newer one to find.
        var unreadable = await runs.ListUnreadableAsync(ct).ConfigureAwait(false);
        return await database.PatientlyAsync(
            "look for stalled work",
            (t, token) => t.Connection.Sql(WorkSql.TakeStalled)
                .With("after", after)
                .With("most", most)
                .With("unreadable", unreadable)
                .ReadAsync(WorkRows.Item, token),
            ct).ConfigureAwait(false);
    }

    private static NpgsqlCommand Of(string runId, WorkKey[] keys, string sql, PostgresTry t) => t.Connection.Sql(sql)
        .With("run", runId)
        .With("kinds", Array.ConvertAll(keys, static k => (short)k.Kind))
        .With("components", Array.ConvertAll(keys, static k => k.Component))
        .With("levels", Array.ConvertAll(keys, static k => k.Level))
        .With("indices", Array.ConvertAll(keys, static k => k.Index));

    private static NpgsqlCommand Of(WorkKey key, string sql, PostgresTry t) => t.Connection.Sql(sql)
        .With("run", key.RunId)
        .With("kind", (short)key.Kind)
        .With("component", key.Component)
        .With("level", key.Level)
        .With("index", key.Index);

    private static NpgsqlCommand Of(WorkLease held, string sql, PostgresTry t) =>
        Of(held.Key, sql, t).With("attempt", held.Attempt).WithText("owner", held.Owner);
}
