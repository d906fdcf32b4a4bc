using System.Diagnostics;
using System.Globalization;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>
/// What the ledger in PostgreSQL takes, on a server that syncs; run by hand, on an idle machine:
/// <c>… --explicit only --filter-class "*PostgresSpeed" --show-live-output on</c>.
/// </summary>
public sealed class PostgresSpeed
{
    private const int Items = 1000;
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(10);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task OperationsASecond()
    {
        await using var server = await PostgresServer.StartAsync(Ct);
        await using var host = new PostgresLedgerHost(server);
        await MeasureAsync(host, 8);
        foreach (var clients in new[] { 1, 8, 1, 8 })
        {
            TestContext.Current.TestOutputHelper!.WriteLine(await MeasureAsync(host, clients));
        }
    }

    private static async Task<string> MeasureAsync(LedgerHost host, int clients)
    {
        var run = await host.RunningAsync(Ct);
        WorkKey[] keys = [.. Enumerable.Range(0, Items).Select(i => new WorkKey(run.RunId, WorkKind.Shard, Index: i))];
        var leases = new WorkLease[Items];
        var offer = await SecondsAsync(() => host.Work.OfferAsync(run.RunId, keys, Ct));
        var both = await SecondsAsync(() => EachAsync(keys[..(Items / 2)], clients, async key => Assert.True(
            await host.Work.CompleteAsync(await ClaimAsync(key), new string('2', 64), new WorkProgress(1, 1), Ct))));
        await EachAsync(keys[(Items / 2)..], clients, async key => leases[key.Index] = await ClaimAsync(key));
        var renew = await SecondsAsync(() => EachAsync(leases[(Items / 2)..], clients, async lease => Assert.True(
            await host.Work.RenewAsync(lease, _lease, new WorkProgress(1, 1), Ct))));
        var list = await SecondsAsync(() => host.Work.ListAsync(run.RunId, Ct));
        var get = await SecondsAsync(() => host.Runs.GetAsync(run.RunId, Ct));
        var update = await SecondsAsync(() => host.Runs.UpdateAsync(run.RunId, r => r with { Stage = "fit" }, Ct));
        await host.EndAsync(run.RunId, RunState.Cancelled, Ct);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{clients} clients: {Items / 2 / both:0} claims with completion/s, {Items / 2 / renew:0} renewals/s; "
            + $"{Items} items: offer {offer * 1e3:0.0} ms, list {list * 1e3:0.0} ms; "
            + $"run: read {get * 1e3:0.0} ms, change {update * 1e3:0.0} ms");

        async Task<WorkLease> ClaimAsync(WorkKey key) => (await host.Work.ClaimAsync(key, "bench", _lease, Ct))!;
    }

    private static Task EachAsync<T>(IEnumerable<T> items, int clients, Func<T, Task> act) => Parallel.ForEachAsync(
        items,
        new ParallelOptions { MaxDegreeOfParallelism = clients, CancellationToken = Ct },
        async (item, _) => await act(item));

    private static async Task<double> SecondsAsync(Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        return watch.Elapsed.TotalSeconds;
    }
}
