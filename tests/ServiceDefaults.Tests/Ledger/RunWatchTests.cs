using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public sealed class RunWatchTests : IDisposable
{
    private readonly LedgerFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Watch_ARunThatChanges_YieldsNowThenTheNewestThenTheEnd()
    {
        var run = await _fixture.RunningAsync(Ct);
        await using var watch = _fixture.Ledger.WatchAsync(run.RunId, Ct).GetAsyncEnumerator(Ct);

        Assert.True(await watch.MoveNextAsync());
        Assert.Same(run, watch.Current);

        var next = watch.MoveNextAsync().AsTask();
        await ReportAsync(run, 1);
        await ReportAsync(run, 2);
        while (_fixture.Time.PendingTimers == 0)
        {
            await Task.Yield();
        }

        Assert.False(next.IsCompleted);
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(await next);
        Assert.Equal(2, watch.Current.Progress.RowsCaptured);

        await _fixture.Ledger.UpdateAsync(run.RunId, r => r.Failed("PARITY", "they differ"), Ct);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(RunState.Failed, watch.Current.State);
        Assert.False(await watch.MoveNextAsync());
    }

    [Fact]
    public async Task Watch_ARunThatHasEnded_YieldsItOnce()
    {
        var run = await _fixture.RunningAsync(Ct);
        await _fixture.Ledger.UpdateAsync(run.RunId, r => r with { State = RunState.Cancelled }, Ct);

        var seen = await _fixture.Ledger.WatchAsync(run.RunId, Ct).ToListAsync(Ct);

        Assert.Equal([RunState.Cancelled], seen.Select(r => r.State));
    }

    [Fact]
    public async Task Watch_WhenCancelled_Ends()
    {
        var run = await _fixture.RunningAsync(Ct);
        using var cancel = new CancellationTokenSource();
        await using var watch = _fixture.Ledger.WatchAsync(run.RunId, cancel.Token).GetAsyncEnumerator(Ct);
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Watch_AnUnknownRun_IsNotFound() => await Assert.ThrowsAsync<ResourceNotFoundException>(
        async () => await _fixture.Ledger.WatchAsync("r-404", Ct).ToListAsync(Ct));

    private Task<RunRecord> ReportAsync(RunRecord run, long rows) => _fixture.Ledger.UpdateAsync(
        run.RunId, r => r with { Progress = r.Progress with { RowsCaptured = rows } }, Ct);
}
