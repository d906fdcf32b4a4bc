using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public abstract class WorkRecoveryContract : LedgerContract
{
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longer = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _after = TimeSpan.FromMinutes(5);
    private static readonly WorkProgress _nothing = new(0, 0);

    [Fact]
    public async Task ALeaseThatRanOut_IsTakenOver_AndItsOldHolderCountsForNothing()
    {
        var run = await OfferedAsync();
        var zombie = (await Ledger.Work.ClaimAsync(Shard(run), "a", _lease, Ct))!;
        await Ledger.Work.RenewAsync(zombie, _lease, new WorkProgress(70, 5), Ct);
        await Ledger.PassAsync(_longer, Ct);

        var heir = await Ledger.Another().Work.ClaimAsync(Shard(run), "b", _lease, Ct);

        Assert.Equal(
            new WorkLease(Shard(run), "b", 2, TakenOver: true) { Failures = 1 }, heir! with { Waited = default });
        Assert.False(await Ledger.Work.RenewAsync(zombie, _lease, new WorkProgress(80, 5), Ct));
        Assert.False(await Ledger.Work.CompleteAsync(zombie, "old", new WorkProgress(100, 5), Ct));
        await Ledger.Work.RetryLaterAsync(zombie, WorkSetback.Failed, "too late", TimeSpan.Zero, Ct);
        var item = Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct));
        Assert.Equal((WorkState.Leased, "b", 0L, ""), (item.State, item.Owner, item.Rows, item.LastError));
        Assert.True(await Ledger.Work.CompleteAsync(heir, "new", new WorkProgress(100, 5), Ct));
        Assert.False(await Ledger.Work.CompleteAsync(zombie, "old", new WorkProgress(100, 5), Ct));
        Assert.Equal("new", Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct)).Result);
    }

    [Fact]
    public async Task ALeaseThatRanOut_OfTheSameOwner_IsNotTheOldOne()
    {
        var run = await OfferedAsync();
        var first = (await Ledger.Work.ClaimAsync(Shard(run), "a", _lease, Ct))!;
        await Ledger.PassAsync(_longer, Ct);
        var second = (await Ledger.Work.ClaimAsync(Shard(run), "a", _lease, Ct))!;

        Assert.False(await Ledger.Work.CompleteAsync(first, "old", _nothing, Ct));
        Assert.True(await Ledger.Work.CompleteAsync(second, "new", _nothing, Ct));
    }

    [Fact]
    public async Task ALeaseThatRanOutAndThatNobodyClaimed_IsRenewed()
    {
        var run = await OfferedAsync();
        var lease = (await Ledger.Work.ClaimAsync(Shard(run), "a", _lease, Ct))!;
        await Ledger.PassAsync(_longer, Ct);

        Assert.True(await Ledger.Work.RenewAsync(lease, _lease, _nothing, Ct));

        Assert.Null(await Ledger.Work.ClaimAsync(Shard(run), "b", _lease, Ct));
        await Ledger.PassAsync(_longer, Ct);
        Assert.True(await Ledger.Work.CompleteAsync(lease, "digest", _nothing, Ct));
    }

    [Fact]
    public async Task TakeStalled_FindsWorkThatIsReadyForTooLong_Once()
    {
        var run = await OfferedAsync();
        Assert.Empty(await Ledger.Work.TakeStalledAsync(_after, 10, Ct));
        await Ledger.PassAsync(_after * 2, Ct);

        var found = await Ledger.Work.TakeStalledAsync(_after, 10, Ct);
        var again = await Ledger.Another().Work.TakeStalledAsync(_after, 10, Ct);
        await Ledger.PassAsync(_after * 2, Ct);
        var later = await Ledger.Work.TakeStalledAsync(_after, 10, Ct);

        Assert.Equal([Shard(run)], found.Select(i => i.Key));
        Assert.Equal((WorkState.Ready, 0), (found[0].State, found[0].Attempts));
        Assert.Empty(again);
        Assert.Equal([Shard(run)], later.Select(i => i.Key));
    }

    [Fact]
    public async Task TakeStalled_FindsALeaseThatRanOut_AtOnceAndOnce()
    {
        var run = await OfferedAsync();
        var lease = (await Ledger.Work.ClaimAsync(Shard(run), "a", _lease, Ct))!;
        Assert.Empty(await Ledger.Work.TakeStalledAsync(_after, 10, Ct));
        await Ledger.PassAsync(_longer, Ct);

        var found = Assert.Single(await Ledger.Work.TakeStalledAsync(_after, 10, Ct));

        Assert.Equal((WorkState.Leased, 1, "a"), (found.State, found.Attempts, found.Owner));
        Assert.Empty(await Ledger.Work.TakeStalledAsync(_after, 10, Ct));
        Assert.True(await Ledger.Work.RenewAsync(lease, _lease, _nothing, Ct));
        await Ledger.PassAsync(_longer, Ct);
        Assert.Single(await Ledger.Work.TakeStalledAsync(_after, 10, Ct));
        var heir = await Ledger.Work.ClaimAsync(Shard(run), "b", _lease, Ct);
        Assert.Equal(
            new WorkLease(Shard(run), "b", 2, TakenOver: true) { Failures = 1 }, heir! with { Waited = default });
    }

    [Fact]
    public async Task TakeStalled_ByManyAtOnce_GivesEachItemToOne()
    {
        LedgerHost[] processes = [Ledger, Ledger.Another()];
        var run = await OfferedAsync(100);
        await Ledger.PassAsync(_after * 2, Ct);

        var taken = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => processes[i % 2].Work.TakeStalledAsync(_after, 7, Ct)));

        Assert.All(taken, t => Assert.InRange(t.Count, 0, 7));
        var keys = taken.SelectMany(t => t).Select(i => i.Key).ToArray();
        Assert.Equal(keys.Distinct(), keys);
        List<WorkItem> rest = [];
        while (await Ledger.Work.TakeStalledAsync(_after, 7, Ct) is { Count: > 0 } more)
        {
            rest.AddRange(more);
        }

        Assert.Equal(100, keys.Concat(rest.Select(i => i.Key)).Distinct().Count());
    }

    [Fact]
    public async Task Restart_KeepsWhatIsDoneOrParked_AndHowOftenTheRestWasTried()
    {
        var run = await OfferedAsync(4);
        var done = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;
        await Ledger.Work.CompleteAsync(done, "digest", new WorkProgress(100, 7), Ct);
        await Ledger.Work.ParkAsync(Shard(run, 1), "poisoned", Ct);
        await Ledger.Work.ClaimAsync(Shard(run, 2), "a", _lease, Ct);
        var before = await Ledger.Work.ListAsync(run.RunId, Ct);

        await Ledger.RestartAsync();
        await Ledger.PassAsync(_longer, Ct);
        await Ledger.Work.OfferAsync(run.RunId, [.. Enumerable.Range(0, 4).Select(i => Shard(run, i))], Ct);
        var after = await Ledger.Work.ListAsync(run.RunId, Ct);

        Assert.Equal(before[0].Result, after[0].Result);
        Assert.Equal((WorkState.Done, 1, 100L), (after[0].State, after[0].Attempts, after[0].Rows));
        Assert.Equal((WorkState.Parked, "poisoned"), (after[1].State, after[1].LastError));
        Assert.Equal(2, (await Ledger.Work.ClaimAsync(Shard(run, 2), "b", _lease, Ct))?.Attempt);
        Assert.Equal(1, (await Ledger.Work.ClaimAsync(Shard(run, 3), "b", _lease, Ct))?.Attempt);
        Assert.Equal(100, (await Ledger.Runs.GetAsync(run.RunId, Ct)).Progress.RowsCaptured);
    }

    [Fact]
    public async Task Restart_AfterTheRunEnded_ListsItsWorkAsItWasLeft()
    {
        var run = await OfferedAsync(3);
        var done = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;
        await Ledger.Work.CompleteAsync(done, "digest", _nothing, Ct);
        await Ledger.Work.ClaimAsync(Shard(run, 1), "a", _lease, Ct);
        await Ledger.EndAsync(run.RunId, RunState.Cancelled, Ct);
        var before = await Ledger.Work.ListAsync(run.RunId, Ct);

        await Ledger.RestartAsync();

        Assert.Equal(before, await Ledger.Work.ListAsync(run.RunId, Ct));
        Assert.Equal([WorkState.Done, WorkState.Leased, WorkState.Ready], before.Select(i => i.State));
    }

    private static WorkKey Shard(RunRecord run, int index = 0) => new(run.RunId, WorkKind.Shard, Index: index);

    private async Task<RunRecord> OfferedAsync(int shards = 1)
    {
        var run = await Ledger.RunningAsync(Ct);
        await Ledger.Work.OfferAsync(run.RunId, [.. Enumerable.Range(0, shards).Select(i => Shard(run, i))], Ct);
        return run;
    }
}
