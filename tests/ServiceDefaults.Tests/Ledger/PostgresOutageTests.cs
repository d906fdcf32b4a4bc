using System.Collections.Concurrent;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Ledger.Postgres;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public sealed class PostgresOutageTests(PostgresOutageTests.OwnServer own)
    : IClassFixture<PostgresOutageTests.OwnServer>, IAsyncLifetime
{
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(10);

    private readonly PostgresServer _server = own.Server;
    private PostgresLedgerHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (!_server.IsRunning)
        {
            await _server.RestartAsync(Ct);
        }

        _host = new PostgresLedgerHost(_server);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task AServerKilledAndRestartedUnderLoad_LosesNothingAndDoublesNothing()
    {
        const int items = 300;
        var run = await _host.RunningAsync(Ct);
        WorkKey[] work = [.. Enumerable.Range(0, items).Select(i => new WorkKey(run.RunId, WorkKind.Shard, Index: i))];
        await _host.Work.OfferAsync(run.RunId, work, Ct);
        ConcurrentQueue<WorkKey> queue = new(work);
        ConcurrentBag<WorkKey> done = [];
        Milestones completed = new(items / 3, items * 2 / 3);
        await using var watch = _host.Runs.WatchAsync(run.RunId, Ct).GetAsyncEnumerator(Ct);
        await watch.MoveNextAsync();

        var workers = Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            while (queue.TryDequeue(out var key))
            {
                var lease = await _host.Work.ClaimAsync(key, $"replica-{i}", _lease, Ct);
                Assert.NotNull(lease);
                Assert.True(await _host.Work.RenewAsync(lease, _lease, new WorkProgress(1, 1), Ct));
                Assert.True(await _host.Work.CompleteAsync(lease, $"digest-{key.Index}", new WorkProgress(2, 1), Ct));
                done.Add(key);
                completed.Count();
            }
        }));
        foreach (var milestone in completed.All)
        {
            await Task.WhenAny(milestone, workers);
            await _server.KillAsync(Ct);
            await _server.RestartAsync(Ct);
        }

        await workers;
        await _host.Another().EndAsync(run.RunId, RunState.Succeeded, Ct);

        Assert.Equal(work, done.OrderBy(k => k.Index));
        Assert.All(await _host.Work.ListAsync(run.RunId, Ct), i => Assert.Equal(
            (WorkState.Done, 1, $"digest-{i.Key.Index}"), (i.State, i.Attempts, i.Result)));
        while (!watch.Current.HasEnded)
        {
            Assert.True(await watch.MoveNextAsync());
        }

        Assert.Equal(2 * items, watch.Current.Progress.RowsCaptured);
    }

    [Fact]
    public async Task RunsCreatedAndChangedWhileTheServerIsKilled_AreThereOnce()
    {
        const int runs = 60;
        await _host.RunningAsync(Ct);
        Milestones created = new(runs / 3);
        var clients = Task.WhenAll(Enumerable.Range(0, runs).Select(async i =>
        {
            var run = await _host.Runs.CreateOrGetAsync(LedgerHost.Request(i % 2 == 0 ? $"key-{i}" : ""), Ct);
            Assert.True(run.Created);
            created.Count();
            return await _host.Runs.UpdateAsync(
                run.Run.RunId, r => r with { State = RunState.Running, Stage = $"{r.Stage}x" }, Ct);
        }));
        await Task.WhenAny(created.All[0], clients);
        await _server.KillAsync(Ct);
        await _server.RestartAsync(Ct);

        var changed = await clients;
        var stored = await _host.Runs.ListAsync(Ct);
        Assert.All(changed, r => Assert.Equal("x", r.Stage));
        Assert.Equal(1 + runs, stored.Count);
        Assert.Equal(runs, stored.Count(r => r.Stage == "x"));
    }

    [Fact]
    public async Task EndingsDuringAGap_AreTold()
    {
        List<RunRecord> runs = [await _host.RunningAsync(Ct), await _host.RunningAsync(Ct)];
        await using var endings = _host.Runs.WatchEndingsAsync(Ct).GetAsyncEnumerator(Ct);
        var first = endings.MoveNextAsync().AsTask();
        while (!first.IsCompleted)
        {
            await _host.EndAsync((await _host.RunningAsync(Ct)).RunId, RunState.Succeeded, Ct);
        }

        await _server.KillAsync(Ct);
        await _server.RestartAsync(Ct);
        await _host.Another().EndAsync(runs[0].RunId, RunState.Cancelled, Ct);
        await _host.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()", Ct);
        await _host.Another().EndAsync(runs[1].RunId, RunState.Failed, Ct);

        HashSet<string> told = [];
        do
        {
            told.Add(endings.Current.RunId);
        }
        while (!runs.TrueForAll(r => told.Contains(r.RunId)) && await endings.MoveNextAsync());
    }

    [Fact]
    public async Task AServerThatStaysAway_IsAnUnavailableLedger_AndNoSecretIsTold()
    {
        var run = await _host.RunningAsync(Ct);
        _host.Options.LedgerPatience = TimeSpan.FromMilliseconds(200);
        await _server.StopAsync(Ct);

        var e = await Assert.ThrowsAsync<RunLedgerException>(() => _host.Runs.GetAsync(run.RunId, Ct));

        Assert.Equal((ErrorKind.Unavailable, "LEDGER_UNAVAILABLE"), (e.Kind, e.Reason));
        Assert.StartsWith(
            $"the ledger could not read run '{run.RunId}': its database was out of reach for ", e.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_host.Logs.Entries, l => l.Message.Contains("s3cret", StringComparison.Ordinal));
        await _server.RestartAsync(Ct);
        _host.Options.LedgerPatience = TimeSpan.FromSeconds(30);
        Assert.Equal(run.RunId, (await _host.Runs.GetAsync(run.RunId, Ct)).RunId);
    }

    [Fact]
    public async Task AHost_IsNotReadyWhileTheServerIsAway()
    {
        await _host.Database.OpenAsync(Ct);
        var check = new LedgerCheck(_host.Database);

        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new(), Ct)).Status);
        await _server.KillAsync(Ct);
        Assert.Equal(HealthStatus.Unhealthy, (await check.CheckHealthAsync(new(), Ct)).Status);
        await _server.RestartAsync(Ct);
        HealthCheckResult back;
        do
        {
            // A connection of the pool that died with the server is found out by using it.
            back = await check.CheckHealthAsync(new(), Ct);
        }
        while (back.Status != HealthStatus.Healthy);
    }

    /// <summary>A server that no other test needs to run.</summary>
    public sealed class OwnServer : IAsyncLifetime
    {
        public PostgresServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync(fsync: false, Ct);

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    /// <summary>Tasks that end when so much has been counted.</summary>
    private sealed class Milestones(params int[] counts)
    {
        private readonly TaskCompletionSource[] _reached =
            [.. counts.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];

        private int _count;

        public Task[] All => [.. _reached.Select(r => r.Task)];

        public void Count()
        {
            if (Array.IndexOf(counts, Interlocked.Increment(ref _count)) is var at and >= 0)
            {
                _reached[at].SetResult();
            }
        }
    }
}
