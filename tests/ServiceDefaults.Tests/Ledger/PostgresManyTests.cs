using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>What keeps many replicas and many shards from reading more of the ledger than they need.</summary>
public sealed class PostgresManyTests(PostgresOfTests postgres) : IAsyncLifetime
{
    private PostgresLedgerHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = new PostgresLedgerHost(await postgres.ServerAsync());

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task View_OfARunWithManyShards_IsShort()
    {
        var run = await _host.RunningAsync(Ct);
        WorkKey[] shards = [.. Enumerable.Range(0, 200).Select(i => new WorkKey(run.RunId, WorkKind.Shard, Index: i))];
        await _host.Work.OfferAsync(run.RunId, shards, Ct);
        foreach (var shard in shards[..190])
        {
            var lease = await _host.Work.ClaimAsync(shard, "a", TimeSpan.FromMinutes(1), Ct);
            await _host.Work.CompleteAsync(lease!, "digest", new WorkProgress(1, 1), Ct);
        }

        await _host.Work.ClaimAsync(shards[195], "a", TimeSpan.FromMinutes(1), Ct);

        var view = await _host.Work.ViewAsync(run.RunId, shards[16..24], Ct);

        Assert.Equal(shards[16..24], view.Items.Select(i => i.Key));
        Assert.Equal((200, 10), (view.ShardsOffered, view.ShardsUnderWay));
    }

    [Fact]
    public async Task Turn_TakenByAServerWhoseClockWasAhead_IsTakenAgain()
    {
        await _host.Work.TakeTurnAsync(TimeSpan.FromSeconds(5), Ct);
        await _host.ExecuteAsync("UPDATE turns SET taken_at = taken_at + $1", Ct, TimeSpan.FromHours(1));

        Assert.True(await _host.Work.TakeTurnAsync(TimeSpan.FromSeconds(5), Ct));
        Assert.False(await _host.Work.TakeTurnAsync(TimeSpan.FromSeconds(5), Ct));
    }

    [Fact]
    public async Task Peek_IsTheRunWithoutTheRowsOfItsShards()
    {
        var run = await _host.RunningAsync(Ct);
        var shard = new WorkKey(run.RunId, WorkKind.Shard);
        await _host.Work.OfferAsync(run.RunId, [shard], Ct);
        var lease = await _host.Work.ClaimAsync(shard, "a", TimeSpan.FromMinutes(1), Ct);
        await _host.Work.CompleteAsync(lease!, "digest", new WorkProgress(100, 1), Ct);

        var peek = await _host.Runs.PeekAsync(run.RunId, Ct);

        Assert.Equal(0, peek.Progress.RowsCaptured);
        Assert.Equal(100, (await _host.Runs.GetAsync(run.RunId, Ct)).Progress.RowsCaptured);
    }

    [Fact]
    public async Task Turn_OfManyReplicasThatAskAtOnce_IsOnes_AndAnothersInTheNextInterval()
    {
        var replicas = Enumerable.Range(0, 8).Select(_ => _host.Another()).ToArray();

        var first = await AskAsync(TimeSpan.FromHours(1));
        var again = await AskAsync(TimeSpan.FromHours(1));
        var next = await AskAsync(TimeSpan.Zero);

        Assert.Single(first, mine => mine);
        Assert.DoesNotContain(true, again);
        Assert.Contains(true, next);

        Task<bool[]> AskAsync(TimeSpan interval) =>
            Task.WhenAll(replicas.Select(r => r.Work.TakeTurnAsync(interval, Ct)));
    }
}
