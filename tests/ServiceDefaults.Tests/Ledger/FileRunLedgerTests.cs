using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public sealed class FileRunLedgerTests : IAsyncDisposable
{
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(1);

    private readonly FileLedgerHost _host = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Update_OfProgressAlone_IsWrittenAtMostOnceASecond()
    {
        var run = await _host.RunningAsync(Ct);
        var written = await File.ReadAllTextAsync(_host.RunFile(run.RunId), Ct);

        await _host.Runs.UpdateAsync(run.RunId, r => r with { Progress = new(InterventionsDone: 10) }, Ct);
        Assert.Equal(10, (await _host.Runs.GetAsync(run.RunId, Ct)).Progress.InterventionsDone);
        Assert.Equal(written, await File.ReadAllTextAsync(_host.RunFile(run.RunId), Ct));

        _host.Time.Advance(TimeSpan.FromSeconds(1));
        await _host.Runs.UpdateAsync(run.RunId, r => r with { Progress = new(InterventionsDone: 20) }, Ct);
        await _host.RestartAsync();
        Assert.Equal(20, (await _host.Runs.GetAsync(run.RunId, Ct)).Progress.InterventionsDone);
    }

    [Fact]
    public async Task Update_ThatCannotBeWritten_IsATypedFailureAndForgotten()
    {
        var run = await _host.RunningAsync(Ct);
        Directory.Delete(Path.Combine(_host.Folder.Path, "runs", "tmp"), recursive: true);

        var e = await Assert.ThrowsAsync<RunLedgerException>(
            () => _host.Runs.UpdateAsync(run.RunId, r => r with { Stage = "fit" }, Ct));

        Assert.Equal(RunLedgerException.Failed, e.Reason);
        Assert.Same(run, await _host.Runs.GetAsync(run.RunId, Ct));
    }

    [Fact]
    public async Task Open_WithADamagedFile_ServesTheOthersAndSaysSo()
    {
        var run = await _host.RunningAsync(Ct);
        await File.WriteAllTextAsync(_host.RunFile("r-torn"), "{ \"schema\": 1, \"run\"", Ct);
        await File.WriteAllTextAsync(_host.RunFile("r-newer"), "{ \"schema\": 2, \"run\": null }", Ct);
        await _host.RestartAsync();

        var runs = await _host.Runs.ListAsync(Ct);

        Assert.Equal([run.RunId], runs.Select(r => r.RunId));
        Assert.Equal(2, _host.Logs.Entries.Count(e => e.Level == LogLevel.Warning));
    }

    [Fact]
    public async Task Open_OfAFolderInUse_NamesTheRemedy()
    {
        await _host.RunningAsync(Ct);
        using var second = _host.Open();

        var e = await Assert.ThrowsAsync<RunLedgerException>(() => second.ListAsync(Ct));

        Assert.Equal(RunLedgerException.InUse, e.Reason);
        Assert.Contains("set State:Root", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journal_WithATornLastLine_DropsItAndGoesOn()
    {
        var run = await _host.RunningAsync(Ct);
        await CompleteAsync(run, 0);
        await CompleteAsync(run, 1);
        await _host.RestartAsync();
        var journal = await File.ReadAllBytesAsync(_host.Journal(run.RunId), Ct);
        await File.WriteAllBytesAsync(_host.Journal(run.RunId), journal[..^20], Ct);

        var torn = await _host.Work.ListAsync(run.RunId, Ct);
        await CompleteAsync(run, 1);
        await _host.RestartAsync();
        var whole = await _host.Work.ListAsync(run.RunId, Ct);

        Assert.Equal([0], torn.Select(i => i.Key.Index));
        Assert.Equal([(0, 1), (1, 2)], whole.Select(i => (i.Key.Index, i.Attempts)));
        Assert.DoesNotContain(_host.Logs.Entries, e => e.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Journal_WithADamagedLine_KeepsTheOthersAndNamesIt()
    {
        var run = await _host.RunningAsync(Ct);
        await CompleteAsync(run, 0);
        await CompleteAsync(run, 1);
        await _host.RestartAsync();
        var lines = await File.ReadAllLinesAsync(_host.Journal(run.RunId), Ct);
        lines[1] = lines[1].Replace("\"Done\"", "\"Dane\"", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(_host.Journal(run.RunId), lines, Ct);

        var items = await _host.Work.ListAsync(run.RunId, Ct);

        Assert.Equal([1], items.Select(i => i.Key.Index));
        var (_, message) = Assert.Single(_host.Logs.Entries, e => e.Level == LogLevel.Warning);
        Assert.StartsWith($"Line 2 of \"{_host.Journal(run.RunId)}\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FullDisk_IsSaidAndLosesNothing()
    {
        const string full = "/dev/full";
        Assert.SkipUnless(File.Exists(full), "there is no device that is always full");
        var (well, full1) = (await _host.RunningAsync(Ct), await _host.RunningAsync(Ct));
        File.CreateSymbolicLink(_host.Journal(full1.RunId), full);
        WorkKey key = new(full1.RunId, WorkKind.Score);
        await _host.Work.OfferAsync(full1.RunId, [key], Ct);

        var e = await Assert.ThrowsAsync<RunLedgerException>(() => _host.Work.ClaimAsync(key, "a", _lease, Ct));
        await CompleteAsync(well, 0);

        Assert.Equal(RunLedgerException.Full, e.Reason);
        Assert.Equal((WorkState.Ready, 0), Assert.Single(
            (await _host.Work.ListAsync(full1.RunId, Ct)).Select(i => (i.State, i.Attempts))));
        await _host.RestartAsync();
        File.Delete(_host.Journal(full1.RunId));
        await _host.Work.OfferAsync(full1.RunId, [key], Ct);
        Assert.Equal(1, (await _host.Work.ClaimAsync(key, "a", _lease, Ct))?.Attempt);
        Assert.Equal(WorkState.Done, Assert.Single(await _host.Work.ListAsync(well.RunId, Ct)).State);
    }

    [Fact]
    public async Task Watch_ARunWhoseRowsGrow_YieldsTheNewestOnceTheIntervalIsOver()
    {
        var run = await _host.RunningAsync(Ct);
        WorkKey key = new(run.RunId, WorkKind.Shard);
        await _host.Work.OfferAsync(run.RunId, [key], Ct);
        var lease = (await _host.Work.ClaimAsync(key, "a", _lease, Ct))!;
        await using var watch = _host.Runs.WatchAsync(run.RunId, Ct).GetAsyncEnumerator(Ct);
        Assert.True(await watch.MoveNextAsync());

        var next = watch.MoveNextAsync().AsTask();
        await _host.Work.RenewAsync(lease, _lease, new WorkProgress(1, 1), Ct);
        await _host.Work.RenewAsync(lease, _lease, new WorkProgress(2, 1), Ct);
        while (_host.Time.PendingTimers == 0)
        {
            await Task.Yield();
        }

        Assert.False(next.IsCompleted);
        _host.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(await next);
        Assert.Equal(2, watch.Current.Progress.RowsCaptured);
    }

    private async Task CompleteAsync(RunRecord run, int shard)
    {
        WorkKey key = new(run.RunId, WorkKind.Shard, Index: shard);
        await _host.Work.OfferAsync(run.RunId, [key], Ct);
        var lease = await _host.Work.ClaimAsync(key, "a", _lease, Ct);
        Assert.True(await _host.Work.CompleteAsync(lease!, $"digest-{shard}", new WorkProgress(10, 1), Ct));
    }
}
