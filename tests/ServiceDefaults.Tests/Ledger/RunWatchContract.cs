using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public abstract class RunWatchContract : LedgerContract
{
    [Fact]
    public async Task Watch_ARunThatEnds_YieldsNowAndAtLastTheEnd()
    {
        var run = await Ledger.RunningAsync(Ct);
        await using var watch = Ledger.Runs.WatchAsync(run.RunId, Ct).GetAsyncEnumerator(Ct);

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(run.Version, watch.Current.Version);
        await Ledger.Another().Runs.UpdateAsync(run.RunId, r => r.Failed("PARITY", "they differ"), Ct);
        RunRecord? last = null;
        while (await watch.MoveNextAsync())
        {
            last = watch.Current;
        }

        Assert.Equal((RunState.Failed, "they differ"), (last!.State, last.Error!.Message));
    }

    [Fact]
    public async Task Watch_ARunThatHasEnded_YieldsItOnce()
    {
        var run = await Ledger.RunningAsync(Ct);
        await Ledger.EndAsync(run.RunId, RunState.Cancelled, Ct);

        var seen = await Ledger.Runs.WatchAsync(run.RunId, Ct).ToListAsync(Ct);

        Assert.Equal([RunState.Cancelled], seen.Select(r => r.State));
    }

    [Fact]
    public async Task Watch_WhenCancelled_Ends()
    {
        var run = await Ledger.RunningAsync(Ct);
        using var cancel = new CancellationTokenSource();
        await using var watch = Ledger.Runs.WatchAsync(run.RunId, cancel.Token).GetAsyncEnumerator(Ct);
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Watch_AnUnknownRun_IsNotFound() => await Assert.ThrowsAsync<ResourceNotFoundException>(
        async () => await Ledger.Runs.WatchAsync("r-404", Ct).ToListAsync(Ct));

    [Fact]
    public async Task WatchEndings_TellsOfEveryRunThatEnds_WhicheverProcessEndedIt()
    {
        var before = await Ledger.RunningAsync(Ct);
        await Ledger.EndAsync(before.RunId, RunState.Succeeded, Ct);
        await using var endings = Ledger.Runs.WatchEndingsAsync(Ct).GetAsyncEnumerator(Ct);
        var first = endings.MoveNextAsync().AsTask();
        while (!first.IsCompleted)
        {
            // Until one is told: from then on the watch has begun.
            await Ledger.EndAsync((await Ledger.RunningAsync(Ct)).RunId, RunState.Succeeded, Ct);
        }

        Dictionary<string, RunState> ended = [];
        foreach (var state in new[] { RunState.Failed, RunState.Cancelled, RunState.Succeeded })
        {
            var run = await Ledger.RunningAsync(Ct);
            await Ledger.Another().EndAsync(run.RunId, state, Ct);
            ended.Add(run.RunId, state);
        }

        Dictionary<string, RunState> told = [];
        do
        {
            told[endings.Current.RunId] = endings.Current.State;
        }
        while (!ended.All(run => told.TryGetValue(run.Key, out var state) && state == run.Value)
            && await endings.MoveNextAsync());

        Assert.DoesNotContain(before.RunId, told.Keys);
    }
}
