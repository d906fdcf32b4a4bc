using System.Collections.Concurrent;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public abstract class WorkLedgerContract : LedgerContract
{
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(1);
    private static readonly WorkProgress _nothing = new(0, 0);

    [Fact]
    public async Task Offer_Twice_AddsOnceAndTellsWhoAdded()
    {
        var run = await Ledger.RunningAsync(Ct);

        var first = await Ledger.Work.OfferAsync(run.RunId, [Shard(run, 1), Shard(run, 0)], Ct);
        var second = await Ledger.Another().Work.OfferAsync(run.RunId, [Shard(run, 1), Shard(run, 2)], Ct);

        Assert.Equal([Shard(run, 0), Shard(run, 1)], first.OrderBy(k => k.Index));
        Assert.Equal([Shard(run, 2)], second);
        Assert.Empty(await Ledger.Work.OfferAsync(run.RunId, [Shard(run, 0)], Ct));
    }

    [Fact]
    public async Task Offer_OfTheSameByManyAtOnce_IsAddedByOneOfThem()
    {
        LedgerHost[] processes = [Ledger, Ledger.Another()];
        var run = await Ledger.RunningAsync(Ct);
        WorkKey[] work = [.. Enumerable.Range(0, 20).Select(i => Shard(run, i))];

        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => processes[i % 2].Work.OfferAsync(
            run.RunId, i % 3 == 0 ? [.. work.Reverse()] : work, Ct)));

        Assert.Equal(work, added.SelectMany(a => a).OrderBy(k => k.Index));
    }

    [Fact]
    public async Task Offer_ToARunThatIsNotThereOrHasEnded_AddsNothing()
    {
        var run = await Ledger.RunningAsync(Ct);
        await Ledger.EndAsync(run.RunId, RunState.Cancelled, Ct);

        Assert.Empty(await Ledger.Work.OfferAsync(run.RunId, [Shard(run, 0)], Ct));
        Assert.Empty(await Ledger.Work.ListAsync(run.RunId, Ct));
        await Assert.ThrowsAsync<ResourceNotFoundException>(
            () => Ledger.Work.OfferAsync("r-404", [new WorkKey("r-404", WorkKind.Score)], Ct));
    }

    [Fact]
    public async Task List_IsInTheOrderOfKindComponentLevelIndex()
    {
        var run = await Ledger.RunningAsync(Ct);
        WorkKey[] ordered =
        [
            Shard(run, 0), Shard(run, 9), Shard(run, 10),
            new(run.RunId, WorkKind.Merge, 0, 1, 1), new(run.RunId, WorkKind.Merge, 0, 2, 0),
            new(run.RunId, WorkKind.Merge, 1, 1, 0), new(run.RunId, WorkKind.Fit, 1), new(run.RunId, WorkKind.Score),
        ];
        await Ledger.Work.OfferAsync(run.RunId, [.. ordered.Reverse()], Ct);

        var items = await Ledger.Work.ListAsync(run.RunId, Ct);

        Assert.Equal(ordered, items.Select(i => i.Key));
        Assert.All(items, i => Assert.Equal((WorkState.Ready, 0, ""), (i.State, i.Attempts, i.Owner)));
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => Ledger.Work.ListAsync("r-404", Ct));
    }

    [Fact]
    public async Task View_HasWhatIsAskedForAndTheLastSteps_AndCountsTheShards()
    {
        var run = await Ledger.RunningAsync(Ct);
        WorkKey[] shards = [.. Enumerable.Range(0, 20).Select(i => Shard(run, i))];
        WorkKey[] sums = [Merge(run, 0), Merge(run, 1), new(run.RunId, WorkKind.Fit, 3)];
        await Ledger.Work.OfferAsync(run.RunId, [.. shards, .. sums], Ct);
        foreach (var key in shards.Where(k => k.Index is not 7).Concat(sums))
        {
            await Ledger.Work.CompleteAsync(
                (await Ledger.Work.ClaimAsync(key, "a", _lease, Ct))!, key.Name, _nothing, Ct);
        }

        var view = await Ledger.Work.ViewAsync(run.RunId, [Shard(run, 2), Shard(run, 99), Merge(run, 1)], Ct);

        Assert.Equal((20, 1), (view.ShardsOffered, view.ShardsUnderWay));
        Assert.Equal((await Ledger.Work.ListAsync(run.RunId, Ct)).Where(view.Items.Contains), view.Items);
        Assert.All(
            [Shard(run, 2), Merge(run, 1), sums[2]],
            key => Assert.Contains(key, view.Items.Select(i => i.Key)));
        Assert.Empty((await Ledger.Work.ViewAsync((await Ledger.RunningAsync(Ct)).RunId, [], Ct)).Items);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => Ledger.Work.ViewAsync("r-404", [], Ct));
    }

    [Fact]
    public async Task Claim_OfReadyWork_IsTheOnlyOne()
    {
        var run = await OfferedAsync();

        var lease = await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct);

        Assert.Equal(new WorkLease(Shard(run, 0), "a", 1, TakenOver: false), lease! with { Waited = default });
        Assert.Null(await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct));
        Assert.Null(await Ledger.Another().Work.ClaimAsync(Shard(run, 0), "b", _lease, Ct));
        var item = Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct));
        Assert.Equal((WorkState.Leased, 1, "a"), (item.State, item.Attempts, item.Owner));
        var second = TimeSpan.FromSeconds(1);
        Assert.InRange((item.LeasedUntil - item.StartedAt)!.Value, _lease - second, _lease + second);
    }

    [Fact]
    public async Task Claim_OfWhatIsNotThere_IsNone()
    {
        var run = await OfferedAsync();

        Assert.Null(await Ledger.Work.ClaimAsync(Shard(run, 7), "a", _lease, Ct));
        Assert.Null(await Ledger.Work.ClaimAsync(new WorkKey("r-404", WorkKind.Score), "a", _lease, Ct));
        Assert.False(await Ledger.Work.ParkAsync(new WorkKey("r-404", WorkKind.Score), "why", Ct));
        await Assert.ThrowsAsync<InvalidRequestException>(
            () => Ledger.Work.ClaimAsync(new WorkKey("../r", WorkKind.Score), "a", _lease, Ct));
    }

    [Fact]
    public async Task Claim_ByAHundredAtOnce_IsOnesAlone()
    {
        LedgerHost[] processes = [Ledger, Ledger.Another()];
        var run = await OfferedAsync();

        var leases = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            i => processes[i % 2].Work.ClaimAsync(Shard(run, 0), $"replica-{i}", _lease, Ct)));

        Assert.Single(leases, lease => lease is not null);
        Assert.Equal(1, Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct)).Attempts);
    }

    [Fact]
    public async Task TwoHundredWorkers_OverAThousandItemsDeliveredTwice_DoEachOnce()
    {
        const int items = 1000;
        LedgerHost[] processes = [Ledger, Ledger.Another()];
        var run = await Ledger.RunningAsync(Ct);
        WorkKey[] work = [.. Enumerable.Range(0, items).Select(i => Shard(run, i))];
        await Ledger.Work.OfferAsync(run.RunId, work, Ct);
        var deliveries = work.Concat(work).ToArray();
        new Random(7).Shuffle(deliveries);
        ConcurrentQueue<WorkKey> queue = new(deliveries);
        ConcurrentBag<WorkKey> done = [];

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var ledger = processes[i % 2].Work;
            while (queue.TryDequeue(out var key))
            {
                if (await ledger.ClaimAsync(key, $"replica-{i}", _lease, Ct) is { } lease
                    && await ledger.CompleteAsync(lease, $"digest-{key.Index}", new WorkProgress(3, 1), Ct))
                {
                    done.Add(key);
                }
            }
        }));

        Assert.Equal(work, done.OrderBy(k => k.Index));
        Assert.All(await Ledger.Work.ListAsync(run.RunId, Ct), i => Assert.Equal(
            (WorkState.Done, 1, $"digest-{i.Key.Index}"), (i.State, i.Attempts, i.Result)));
        Assert.Equal(3 * items, (await Ledger.Runs.GetAsync(run.RunId, Ct)).Progress.RowsCaptured);
    }

    [Fact]
    public async Task Complete_ByTheHolder_IsFinal()
    {
        var run = await OfferedAsync();
        var lease = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;

        Assert.True(await Ledger.Work.CompleteAsync(lease, "digest", new WorkProgress(100, 10), Ct));
        Assert.True(await Ledger.Work.CompleteAsync(lease, "another", new WorkProgress(200, 10), Ct));

        Assert.False(await Ledger.Work.CompleteAsync(lease with { Owner = "b" }, "another", _nothing, Ct));
        Assert.False(await Ledger.Work.RenewAsync(lease, _lease, _nothing, Ct));
        Assert.False(await Ledger.Work.ParkAsync(lease.Key, "why", Ct));
        await Ledger.Work.RetryLaterAsync(lease, WorkSetback.Failed, "why", TimeSpan.Zero, Ct);
        Assert.Null(await Ledger.Work.ClaimAsync(lease.Key, "b", _lease, Ct));
        var item = Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct));
        Assert.Equal(
            (WorkState.Done, "digest", 100L, 0.0, ""),
            (item.State, item.Result, item.Rows, item.RowsPerSecond, item.LastError));
        Assert.NotNull(item.EndedAt);
    }

    [Fact]
    public async Task Renew_RecordsTheProgressOfTheAttempt()
    {
        var run = await OfferedAsync();
        var lease = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;

        Assert.True(await Ledger.Work.RenewAsync(lease, _lease, new WorkProgress(40, 8.5), Ct));

        var item = Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct));
        Assert.Equal((WorkState.Leased, 40L, 8.5), (item.State, item.Rows, item.RowsPerSecond));
    }

    [Fact]
    public async Task RetryLater_GivesWorkBackOnceItsDelayIsOver()
    {
        var run = await OfferedAsync();
        var lease = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;

        await Ledger.Work.RetryLaterAsync(lease, WorkSetback.Failed, "koopman\0 was away", TimeSpan.FromMinutes(2), Ct);
        var early = await Ledger.Work.ClaimAsync(lease.Key, "b", _lease, Ct);
        await Ledger.PassAsync(TimeSpan.FromMinutes(3), Ct);
        var second = await Ledger.Work.ClaimAsync(lease.Key, "b", _lease, Ct);

        Assert.Null(early);
        Assert.Equal(
            new WorkLease(lease.Key, "b", 2, TakenOver: false) { Failures = 1 }, second! with { Waited = default });
        Assert.InRange(second.Waited, TimeSpan.FromSeconds(59), TimeSpan.FromMinutes(2));
        Assert.StartsWith(
            "koopman", Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct)).LastError, StringComparison.Ordinal);
        Assert.False(await Ledger.Work.CompleteAsync(lease, "digest", _nothing, Ct));
    }

    [Fact]
    public async Task RetryLater_CountsWhyItWasGivenBack_AcrossARestart()
    {
        var run = await OfferedAsync();
        foreach (var why in new[]
            { WorkSetback.Failed, WorkSetback.Unavailable, WorkSetback.Interrupted, WorkSetback.Broken })
        {
            var held = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;
            await Ledger.Work.RetryLaterAsync(held, why, "why", TimeSpan.Zero, Ct);
        }

        await Ledger.RestartAsync();
        await Ledger.Work.OfferAsync(run.RunId, [Shard(run, 0)], Ct);
        var lease = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;

        Assert.Equal((5, 1, 11), (lease.Attempt, lease.Failures, lease.Waits));
        var item = Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct));
        Assert.Equal((5, 1, 11), (item.Attempts, item.Failures, item.Waits));
    }

    [Fact]
    public async Task RetryLater_OfARunThatHasEnded_LeavesTheWorkAsItWas()
    {
        var run = await OfferedAsync();
        var held = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;
        await Ledger.EndAsync(run.RunId, RunState.Cancelled, Ct);

        await Ledger.Work.RetryLaterAsync(held, WorkSetback.Interrupted, "its replica stopped", TimeSpan.Zero, Ct);

        var item = Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct));
        Assert.Equal((WorkState.Leased, ""), (item.State, item.LastError));
    }

    [Fact]
    public async Task Park_LeavesWorkAlone_WhoeverHoldsIt()
    {
        var run = await OfferedAsync();
        var lease = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;

        Assert.True(await Ledger.Another().Work.ParkAsync(lease.Key, "it kills whoever touches it", Ct));

        Assert.False(await Ledger.Work.ParkAsync(lease.Key, "another reason", Ct));
        Assert.False(await Ledger.Work.RenewAsync(lease, _lease, _nothing, Ct));
        Assert.False(await Ledger.Work.CompleteAsync(lease, "digest", _nothing, Ct));
        Assert.Null(await Ledger.Work.ClaimAsync(lease.Key, "b", _lease, Ct));
        var item = Assert.Single(await Ledger.Work.ListAsync(run.RunId, Ct));
        Assert.Equal((WorkState.Parked, "it kills whoever touches it"), (item.State, item.LastError));
    }

    [Fact]
    public async Task Count_TellsWhatIsNotDone_OfRunsThatHaveNotEnded()
    {
        var (run, other, ended) = (await OfferedAsync(5), await OfferedAsync(2), await OfferedAsync(4));
        var done = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;
        await Ledger.Work.CompleteAsync(done, "digest", _nothing, Ct);
        await Ledger.Work.ClaimAsync(Shard(run, 1), "a", _lease, Ct);
        await Ledger.Work.OfferAsync(other.RunId, [new WorkKey(other.RunId, WorkKind.Score)], Ct);
        await Ledger.EndAsync(ended.RunId, RunState.Failed, Ct);

        var counts = await Ledger.Another().Work.CountAsync(Ct);

        Assert.Equal(
            [
                new(WorkKind.Shard, WorkState.Ready, 5),
                new(WorkKind.Shard, WorkState.Leased, 1),
                new(WorkKind.Score, WorkState.Ready, 1),
            ],
            counts.OrderBy(c => (c.Kind, c.State)));
    }

    [Theory]
    [InlineData(RunState.Succeeded)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Cancelled)]
    public async Task WorkOfARunThatEnded_IsNobodysAnyMore(RunState end)
    {
        var run = await OfferedAsync(3);
        var done = (await Ledger.Work.ClaimAsync(Shard(run, 0), "a", _lease, Ct))!;
        var held = (await Ledger.Work.ClaimAsync(Shard(run, 1), "a", _lease, Ct))!;
        await Ledger.Work.CompleteAsync(done, "digest", _nothing, Ct);

        await Ledger.EndAsync(run.RunId, end, Ct);

        Assert.False(await Ledger.Work.RenewAsync(held, _lease, _nothing, Ct));
        Assert.False(await Ledger.Work.CompleteAsync(held, "digest", _nothing, Ct));
        await Ledger.Work.RetryLaterAsync(held, WorkSetback.Failed, "why", TimeSpan.Zero, Ct);
        Assert.Null(await Ledger.Work.ClaimAsync(Shard(run, 2), "b", _lease, Ct));
        await Ledger.PassAsync(TimeSpan.FromHours(1), Ct);
        Assert.Empty(await Ledger.Work.TakeStalledAsync(TimeSpan.Zero, 10, Ct));
        var items = await Ledger.Work.ListAsync(run.RunId, Ct);
        Assert.Equal([0, 1, 2], items.Select(i => i.Key.Index));
        Assert.Equal((WorkState.Done, "digest"), (items[0].State, items[0].Result));
    }

    private static WorkKey Merge(RunRecord run, int index) => new(run.RunId, WorkKind.Merge, 0, 1, index);

    private static WorkKey Shard(RunRecord run, int index) => new(run.RunId, WorkKind.Shard, Index: index);

    private async Task<RunRecord> OfferedAsync(int shards = 1)
    {
        var run = await Ledger.RunningAsync(Ct);
        await Ledger.Work.OfferAsync(run.RunId, [.. Enumerable.Range(0, shards).Select(i => Shard(run, i))], Ct);
        return run;
    }
}
