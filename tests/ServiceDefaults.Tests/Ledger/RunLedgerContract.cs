using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public abstract class RunLedgerContract : LedgerContract
{
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Create_TwiceWithTheSameKey_ReturnsTheSameRun()
    {
        var first = await Ledger.Runs.CreateOrGetAsync(LedgerHost.Request("key"), Ct);
        var second = await Ledger.Another().Runs.CreateOrGetAsync(LedgerHost.Request("key"), Ct);

        Assert.True(first.Created);
        Assert.False(second.Created);
        Assert.Equal(first.Run.RunId, second.Run.RunId);
        Assert.Equal(first.Run.ToStatus(), second.Run.ToStatus());
        Assert.Equal(RunState.Queued, first.Run.State);
    }

    [Fact]
    public async Task Create_FromManyThreadsOfTwoProcessesWithOneKey_CreatesOneRun()
    {
        LedgerHost[] processes = [Ledger, Ledger.Another()];

        var all = await Task.WhenAll(Enumerable.Range(0, 32).Select(
            i => processes[i % 2].Runs.CreateOrGetAsync(LedgerHost.Request("key"), Ct)));

        Assert.Single(all, c => c.Created);
        Assert.Single(all.Select(c => c.Run.RunId).Distinct());
    }

    [Fact]
    public async Task Create_WithoutAKey_AlwaysCreates()
    {
        await Ledger.Runs.CreateOrGetAsync(LedgerHost.Request(), Ct);
        await Ledger.Runs.CreateOrGetAsync(LedgerHost.Request(), Ct);

        Assert.Equal(2, (await Ledger.Runs.ListAsync(Ct)).Count);
    }

    [Fact]
    public async Task Create_WithAKeyOfAnyCharacters_FindsItAgain()
    {
        const string key = "\0 'key'\u202E \U0001F600";
        var first = await Ledger.Runs.CreateOrGetAsync(LedgerHost.Request(key, "m\0.onnx"), Ct);
        await Ledger.RestartAsync();

        var second = await Ledger.Runs.CreateOrGetAsync(LedgerHost.Request(key, "m\0.onnx"), Ct);

        Assert.False(second.Created);
        Assert.Equal(first.Run.RunId, second.Run.RunId);
        Assert.Equal("m\0.onnx", second.Run.Spec.Model.Name);
    }

    [Fact]
    public async Task Create_AnotherSpecUnderAUsedKey_IsAConflict()
    {
        var run = (await Ledger.Runs.CreateOrGetAsync(LedgerHost.Request("key"), Ct)).Run;

        var e = await Assert.ThrowsAsync<ConflictException>(
            () => Ledger.Runs.CreateOrGetAsync(LedgerHost.Request("key", "other.onnx"), Ct));

        Assert.Equal("IDEMPOTENCY_KEY_REUSED", e.Reason);
        Assert.Contains(run.RunId, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithALongKey_NamesTheLimit()
    {
        var e = await Assert.ThrowsAsync<InvalidRequestException>(
            () => Ledger.Runs.CreateOrGetAsync(LedgerHost.Request(new string('k', 129)), Ct));

        Assert.Equal("the idempotency key has 129 characters, allowed are 128", e.Message);
        Assert.Equal("idempotency_key", e.Field);
    }

    [Fact]
    public async Task Update_FromManyThreadsOfTwoProcesses_LosesNothing()
    {
        LedgerHost[] processes = [Ledger, Ledger.Another()];
        var run = await Ledger.RunningAsync(Ct);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => processes[i % 2].Runs.UpdateAsync(
            run.RunId, r => r with { Operators = r.Operators.Add(i, new string('c', 64)) }, Ct)));

        var after = await Ledger.Runs.GetAsync(run.RunId, Ct);
        Assert.Equal(Enumerable.Range(0, 40), after.Operators.Keys);
        Assert.Equal(run.Version + 40, after.Version);
    }

    [Fact]
    public async Task Update_ThatRepeatsAnother_ChangesNothing()
    {
        var run = await Ledger.RunningAsync(Ct);
        var once = await Ledger.Runs.UpdateAsync(run.RunId, r => r with { Stage = "fit" }, Ct);

        var twice = await Ledger.Runs.UpdateAsync(run.RunId, r => r with { Stage = "fit" }, Ct);

        Assert.Equal((once.Version, once.UpdatedAt), (twice.Version, twice.UpdatedAt));
    }

    [Theory]
    [InlineData(RunState.Succeeded)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Cancelled)]
    public async Task Update_OfARunThatEnded_IsNotEvenAsked(RunState end)
    {
        var run = await Ledger.RunningAsync(Ct);
        var ended = await Ledger.EndAsync(run.RunId, end, Ct);

        var after = await Ledger.Another().Runs.UpdateAsync(
            run.RunId, _ => throw new InvalidOperationException("asked"), Ct);

        Assert.Equal(ended.ToStatus(), after.ToStatus());
        Assert.Equal((end, ended.EndedAt), (after.State, after.EndedAt));
        Assert.True(after.EndedAt >= run.StartedAt);
    }

    [Fact]
    public async Task Update_ThatNoRunMakes_IsRefusedAndForgotten()
    {
        var run = await Ledger.RunningAsync(Ct);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Ledger.Runs.UpdateAsync(run.RunId, r => r with { State = RunState.Queued }, Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Ledger.Runs.UpdateAsync(run.RunId, r => r with { RunId = "r-other" }, Ct));

        Assert.Equal(run.Version, (await Ledger.Runs.GetAsync(run.RunId, Ct)).Version);
    }

    [Fact]
    public async Task Restart_AfterEveryKindOfChange_FindsTheSameRecord()
    {
        var run = await Ledger.RunningAsync(Ct);
        await Ledger.PassAsync(TimeSpan.FromSeconds(5), Ct);
        var before = await Ledger.Runs.UpdateAsync(
            run.RunId,
            r => r with
            {
                Stage = "fit",
                Operators = r.Operators.Add(1, new string('c', 64)),
                Artifacts = r.Artifacts.Add("report", new string('d', 64)),
                Progress = new RunProgress(0, 0, 1, 9, 2, 8),
            },
            Ct);
        await Ledger.RestartAsync();

        var after = await Ledger.Runs.GetAsync(run.RunId, Ct);

        Assert.Equal(before.Operators, after.Operators);
        Assert.Equal(before.Artifacts, after.Artifacts);
        Assert.Equal(before.Spec, after.Spec);
        Assert.Equal(before.Plan, after.Plan);
        Assert.Equal(before.ToStatus(), after.ToStatus());
        Assert.Equal((before.CreatedAt, before.UpdatedAt, before.StartedAt, before.Version),
            (after.CreatedAt, after.UpdatedAt, after.StartedAt, after.Version));
    }

    [Fact]
    public async Task Get_AnUnknownOrMalformedId_IsATypedFailure()
    {
        var unknown = await Assert.ThrowsAsync<ResourceNotFoundException>(() => Ledger.Runs.GetAsync("r-404", Ct));
        var malformed = await Assert.ThrowsAsync<InvalidRequestException>(() => Ledger.Runs.GetAsync("../r", Ct));

        Assert.Equal("there is no run 'r-404'", unknown.Message);
        Assert.Equal("a run id is 1 to 63 lower-case letters, digits and hyphens, got '../r'", malformed.Message);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => Ledger.Runs.UpdateAsync("r-404", r => r, Ct));
    }

    [Fact]
    public async Task List_IsOldestFirst_AndUnfinishedLeavesOutWhatEnded()
    {
        var first = await Ledger.RunningAsync(Ct);
        await Ledger.PassAsync(TimeSpan.FromSeconds(1), Ct);
        var second = await Ledger.RunningAsync(Ct);
        await Ledger.EndAsync(first.RunId, RunState.Failed, Ct);

        Assert.Equal([first.RunId, second.RunId], (await Ledger.Runs.ListAsync(Ct)).Select(r => r.RunId));
        Assert.Equal([second.RunId], (await Ledger.Runs.ListUnfinishedAsync(Ct)).Select(r => r.RunId));
    }

    [Fact]
    public async Task End_IsUntoldUntilSomebodyToldIt_AcrossARestart()
    {
        var (open, first, second) = (
            await Ledger.RunningAsync(Ct), await Ledger.RunningAsync(Ct), await Ledger.RunningAsync(Ct));
        await Ledger.EndAsync(second.RunId, RunState.Failed, Ct);
        await Ledger.PassAsync(TimeSpan.FromSeconds(1), Ct);
        await Ledger.EndAsync(first.RunId, RunState.Succeeded, Ct);
        await Ledger.RestartAsync();

        var both = await UntoldAsync(TimeSpan.Zero);
        var old = await UntoldAsync(TimeSpan.FromSeconds(0.5));
        await Ledger.Runs.ToldAsync(second.RunId, Ct);
        await Ledger.Runs.ToldAsync(second.RunId, Ct);
        await Ledger.Runs.ToldAsync(open.RunId, Ct);
        await Ledger.RestartAsync();

        Assert.Equal([second.RunId, first.RunId], both);
        Assert.Equal([second.RunId], old);
        Assert.Equal([first.RunId], await UntoldAsync(TimeSpan.Zero));
        Assert.Equal(RunState.Failed, (await Ledger.Runs.GetAsync(second.RunId, Ct)).State);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => Ledger.Runs.ToldAsync("r-404", Ct));
    }

    [Fact]
    public async Task RowsCaptured_AreTheRowsOfTheShards_WhateverAnUpdateSays()
    {
        var run = await Ledger.RunningAsync(Ct);
        WorkKey[] shards = [Shard(run, 0), Shard(run, 1)];
        await Ledger.Work.OfferAsync(run.RunId, [.. shards, new WorkKey(run.RunId, WorkKind.Score)], Ct);
        var done = (await Ledger.Work.ClaimAsync(shards[0], "a", _lease, Ct))!;
        var tried = (await Ledger.Work.ClaimAsync(shards[1], "b", _lease, Ct))!;
        var other = (await Ledger.Work.ClaimAsync(new WorkKey(run.RunId, WorkKind.Score), "c", _lease, Ct))!;

        await Ledger.Work.RenewAsync(other, _lease, new WorkProgress(1000, 1000), Ct);
        await Ledger.Work.RenewAsync(tried, _lease, new WorkProgress(60, 30), Ct);
        await Ledger.Work.CompleteAsync(done, "digest", new WorkProgress(100, 50), Ct);
        await Ledger.Runs.UpdateAsync(run.RunId, r => r with { Progress = new RunProgress(9, 9, 3, 4) }, Ct);
        var counted = (await Ledger.Another().Runs.GetAsync(run.RunId, Ct)).Progress;
        await Ledger.Work.RetryLaterAsync(tried, WorkSetback.Failed, "it broke", TimeSpan.Zero, Ct);
        var again = (await Ledger.Runs.GetAsync(run.RunId, Ct)).Progress;

        Assert.Equal(new RunProgress(160, 30, 3, 4), counted);
        Assert.Equal(new RunProgress(100, 0, 3, 4), again);
        Assert.Equal(100, (await Ledger.EndAsync(run.RunId, RunState.Succeeded, Ct)).Progress.RowsCaptured);
        await Ledger.RestartAsync();
        Assert.Equal(100, (await Ledger.Runs.GetAsync(run.RunId, Ct)).Progress.RowsCaptured);
    }

    private async Task<IEnumerable<string>> UntoldAsync(TimeSpan after) =>
        (await Ledger.Runs.ListUntoldAsync(after, Ct)).Select(r => r.RunId);

    private static WorkKey Shard(RunRecord run, int index) => new(run.RunId, WorkKind.Shard, Index: index);
}
