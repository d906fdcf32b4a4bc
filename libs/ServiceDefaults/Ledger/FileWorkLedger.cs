using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// The work of the runs that one process keeps in files. Of work under way a restart keeps how often it was tried; it
/// is offered again.
/// </summary>
internal sealed class FileWorkLedger(FileRunLedger runs) : IWorkLedger
{
    public Task<IReadOnlyList<WorkKey>> OfferAsync(string runId, IReadOnlyList<WorkKey> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(work);
        return runs.OnWorkAsync(
            runId,
            table => Task.FromResult(table.Offer(work)),
            static () => [],
            ct);
    }

    public async Task<WorkLease?> ClaimAsync(WorkKey key, string owner, TimeSpan lease, CancellationToken ct)
    {
        try
        {
            return await runs.OnWorkAsync(
                key.RunId, table => table.ClaimAsync(key, owner, lease, ct), static () => null, ct)
                .ConfigureAwait(false);
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    public Task<bool> RenewAsync(WorkLease held, TimeSpan lease, WorkProgress progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(progress);
        return runs.OnWorkAsync(
            held.Key.RunId, table => Task.FromResult(table.Renew(held, lease, progress)), static () => false, ct);
    }

    public Task<bool> CompleteAsync(WorkLease held, string result, WorkProgress progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(progress);
        return runs.OnWorkAsync(
            held.Key.RunId, table => table.CompleteAsync(held, result, progress, ct), static () => false, ct);
    }

    public Task RetryLaterAsync(
        WorkLease held, WorkSetback why, string error, TimeSpan delay, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(held);
        return runs.OnWorkAsync(
            held.Key.RunId,
            async table =>
            {
                await table.RetryLaterAsync(held, why, error, delay, ct).ConfigureAwait(false);
                return true;
            },
            static () => false,
            ct);
    }

    public async Task<bool> ParkAsync(WorkKey key, string error, CancellationToken ct)
    {
        try
        {
            return await runs.OnWorkAsync(
                key.RunId, table => table.ParkAsync(key, error, ct), static () => false, ct).ConfigureAwait(false);
        }
        catch (ResourceNotFoundException)
        {
            return false;
        }
    }

    public Task<IReadOnlyList<WorkItem>> ListAsync(string runId, CancellationToken ct) =>
        runs.ListWorkAsync(runId, ct);

    // All of it: it is in memory, and one process does not cut a run into as many pieces as a mesh.
    public async Task<WorkView> ViewAsync(string runId, IReadOnlyList<WorkKey> around, CancellationToken ct) =>
        WorkView.OfAll(await ListAsync(runId, ct).ConfigureAwait(false));

    // There is nobody else.
    public Task<bool> TakeTurnAsync(TimeSpan interval, CancellationToken ct) => Task.FromResult(true);

    public async Task<IReadOnlyList<WorkCount>> CountAsync(CancellationToken ct)
    {
        List<WorkCount> counts = [];
        foreach (var run in await runs.ListUnfinishedAsync(ct).ConfigureAwait(false))
        {
            counts.AddRange(await runs.OnWorkAsync(
                run.RunId, static table => Task.FromResult(table.Count()), static () => [], ct).ConfigureAwait(false));
        }

        return [.. counts.GroupBy(static c => (c.Kind, c.State)).Select(
            static g => new WorkCount(g.Key.Kind, g.Key.State, g.Sum(static c => c.Items)))];
    }

    public async Task<IReadOnlyList<WorkItem>> TakeStalledAsync(TimeSpan after, int most, CancellationToken ct)
    {
        List<WorkItem> stalled = [];
        foreach (var run in await runs.ListUnfinishedAsync(ct).ConfigureAwait(false))
        {
            stalled.AddRange(await runs.OnWorkAsync(
                run.RunId,
                table => Task.FromResult(table.TakeStalled(after, most - stalled.Count)),
                static () => [],
                ct).ConfigureAwait(false));
        }

        return stalled;
    }
}
