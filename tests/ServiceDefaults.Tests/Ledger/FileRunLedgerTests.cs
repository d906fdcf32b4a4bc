using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public sealed class FileRunLedgerTests : IDisposable
{
    private readonly LedgerFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private FileRunLedger Ledger => _fixture.Ledger;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Create_TwiceWithTheSameKey_ReturnsTheSameRun()
    {
        var first = await Ledger.CreateOrGetAsync(LedgerFixture.Request("key"), Ct);
        var second = await Ledger.CreateOrGetAsync(LedgerFixture.Request("key"), Ct);

        Assert.True(first.Created);
        Assert.False(second.Created);
        Assert.Equal(first.Run, second.Run);
        Assert.Equal(RunState.Queued, first.Run.State);
    }

    [Fact]
    public async Task Create_FromManyThreadsWithOneKey_CreatesOneRun()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            _ => Ledger.CreateOrGetAsync(LedgerFixture.Request("key"), Ct)));

        Assert.Single(all, c => c.Created);
        Assert.Single(all.Select(c => c.Run.RunId).Distinct());
    }

    [Fact]
    public async Task Create_WithoutAKey_AlwaysCreates()
    {
        await Ledger.CreateOrGetAsync(LedgerFixture.Request(), Ct);
        await Ledger.CreateOrGetAsync(LedgerFixture.Request(), Ct);

        Assert.Equal(2, (await Ledger.ListAsync(Ct)).Count);
    }

    [Fact]
    public async Task Create_AnotherSpecUnderAUsedKey_IsAConflict()
    {
        var run = (await Ledger.CreateOrGetAsync(LedgerFixture.Request("key"), Ct)).Run;

        var e = await Assert.ThrowsAsync<ConflictException>(
            () => Ledger.CreateOrGetAsync(LedgerFixture.Request("key", "other.onnx"), Ct));

        Assert.Equal("IDEMPOTENCY_KEY_REUSED", e.Reason);
        Assert.Contains(run.RunId, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithALongKey_NamesTheLimit()
    {
        var e = await Assert.ThrowsAsync<InvalidRequestException>(
            () => Ledger.CreateOrGetAsync(LedgerFixture.Request(new string('k', 129)), Ct));

        Assert.Equal("the idempotency key has 129 characters, allowed are 128", e.Message);
        Assert.Equal("idempotency_key", e.Field);
    }

    [Fact]
    public async Task Update_FromManyThreads_LosesNothing()
    {
        var run = await _fixture.RunningAsync(Ct);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Ledger.UpdateAsync(
            run.RunId, r => r with { ShardsDone = r.ShardsDone.Add(i) }, Ct)));

        var after = await Ledger.GetAsync(run.RunId, Ct);
        Assert.Equal(Enumerable.Range(0, 40), after.ShardsDone.AsEnumerable());
        Assert.Equal(run.Version + 40, after.Version);
    }

    [Fact]
    public async Task Update_ThatRepeatsAnEvent_ChangesNothing()
    {
        var run = await _fixture.RunningAsync(Ct);
        var once = await Ledger.UpdateAsync(run.RunId, r => r with { ShardsDone = r.ShardsDone.Add(1) }, Ct);

        var twice = await Ledger.UpdateAsync(run.RunId, r => r with { ShardsDone = r.ShardsDone.Add(1) }, Ct);

        Assert.Same(once, twice);
    }

    [Theory]
    [InlineData(RunState.Succeeded)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Cancelled)]
    public async Task Update_OfARunThatEnded_IsNotEvenAsked(RunState end)
    {
        var run = await _fixture.RunningAsync(Ct);
        var ended = await Ledger.UpdateAsync(run.RunId, r => r with { State = end }, Ct);

        var after = await Ledger.UpdateAsync(run.RunId, _ => throw new InvalidOperationException("asked"), Ct);

        Assert.Same(ended, after);
        Assert.Equal(_fixture.Time.GetUtcNow(), after.EndedAt);
    }

    [Fact]
    public async Task Update_ThatNoRunMakes_IsRefusedAndForgotten()
    {
        var run = await _fixture.RunningAsync(Ct);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Ledger.UpdateAsync(run.RunId, r => r with { State = RunState.Queued }, Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Ledger.UpdateAsync(run.RunId, r => r with { RunId = "r-other" }, Ct));

        Assert.Same(run, await Ledger.GetAsync(run.RunId, Ct));
    }

    [Fact]
    public async Task Reopen_AfterEveryKindOfChange_FindsTheSameRecord()
    {
        var run = (await Ledger.CreateOrGetAsync(LedgerFixture.Request("key"), Ct)).Run;
        _fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await Ledger.UpdateAsync(
            run.RunId, r => r with { State = RunState.Running, Plan = new RunPlan(2, 3, 300) }, Ct);
        var before = await Ledger.UpdateAsync(
            run.RunId,
            r => r with
            {
                Stage = "fit",
                ShardsDone = [0, 2],
                Operators = r.Operators.Add(1, new string('c', 64)),
                Artifacts = r.Artifacts.Add("report", new string('d', 64)),
                Progress = new RunProgress(200, 12.5, 1, 9),
            },
            Ct);

        var after = await _fixture.Reopen().GetAsync(run.RunId, Ct);

        Assert.Equal(before.ShardsDone, after.ShardsDone);
        Assert.Equal(before.Operators, after.Operators);
        Assert.Equal(before.Artifacts, after.Artifacts);
        Assert.Equal(before.Spec, after.Spec);
        Assert.Equal(before.ToStatus(), after.ToStatus());
        Assert.Equal((before.CreatedAt, before.StartedAt, before.Version),
            (after.CreatedAt, after.StartedAt, after.Version));
        Assert.False((await Ledger.CreateOrGetAsync(LedgerFixture.Request("key"), Ct)).Created);
    }

    [Fact]
    public async Task Update_OfProgressAlone_IsWrittenAtMostOnceASecond()
    {
        var run = await _fixture.RunningAsync(Ct);
        var written = await File.ReadAllTextAsync(_fixture.RunFile(run.RunId), Ct);

        await Ledger.UpdateAsync(run.RunId, r => r with { Progress = new RunProgress(10) }, Ct);
        Assert.Equal(10, (await Ledger.GetAsync(run.RunId, Ct)).Progress.RowsCaptured);
        Assert.Equal(written, await File.ReadAllTextAsync(_fixture.RunFile(run.RunId), Ct));

        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await Ledger.UpdateAsync(run.RunId, r => r with { Progress = new RunProgress(20) }, Ct);
        Assert.Equal(20, (await _fixture.Reopen().GetAsync(run.RunId, Ct)).Progress.RowsCaptured);
    }

    [Fact]
    public async Task Update_ThatCannotBeWritten_IsATypedFailureAndForgotten()
    {
        var run = await _fixture.RunningAsync(Ct);
        Directory.Delete(Path.Combine(_fixture.Folder.Path, "runs", "tmp"), recursive: true);

        var e = await Assert.ThrowsAsync<RunLedgerException>(
            () => Ledger.UpdateAsync(run.RunId, r => r with { Stage = "fit" }, Ct));

        Assert.Equal(RunLedgerException.Failed, e.Reason);
        Assert.Same(run, await Ledger.GetAsync(run.RunId, Ct));
    }

    [Fact]
    public async Task Get_AnUnknownOrMalformedId_IsATypedFailure()
    {
        var unknown = await Assert.ThrowsAsync<ResourceNotFoundException>(() => Ledger.GetAsync("r-404", Ct));
        var malformed = await Assert.ThrowsAsync<InvalidRequestException>(() => Ledger.GetAsync("../r", Ct));

        Assert.Equal("there is no run 'r-404'", unknown.Message);
        Assert.Equal("a run id is 1 to 63 lower-case letters, digits and hyphens, got '../r'", malformed.Message);
    }

    [Fact]
    public async Task Open_WithADamagedFile_ServesTheOthersAndSaysSo()
    {
        var run = await _fixture.RunningAsync(Ct);
        await File.WriteAllTextAsync(_fixture.RunFile("r-torn"), "{ \"schema\": 1, \"run\"", Ct);
        await File.WriteAllTextAsync(_fixture.RunFile("r-newer"), "{ \"schema\": 2, \"run\": null }", Ct);

        var runs = await _fixture.Reopen().ListAsync(Ct);

        Assert.Equal([run.RunId], runs.Select(r => r.RunId));
        Assert.Equal(2, _fixture.Logs.Entries.Count(e => e.Level == LogLevel.Warning));
    }

    [Fact]
    public async Task Open_OfAFolderInUse_NamesTheRemedy()
    {
        await _fixture.RunningAsync(Ct);
        using var second = _fixture.Open();

        var e = await Assert.ThrowsAsync<RunLedgerException>(() => second.ListAsync(Ct));

        Assert.Equal(RunLedgerException.InUse, e.Reason);
        Assert.Contains("set State:Root", e.Message, StringComparison.Ordinal);
    }
}
