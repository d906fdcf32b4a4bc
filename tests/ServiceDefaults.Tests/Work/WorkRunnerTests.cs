using System.Collections.Concurrent;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Work;

public sealed class WorkRunnerTests
{
    private readonly ConcurrentQueue<WorkKey> _done = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OfManyShards_DoesEveryPieceOnceAndSucceedsWithItsScore()
    {
        await using var mesh = await WorkFixture.StartAsync(DoAsync);

        var run = await mesh.EndOfAsync(await mesh.SubmitAsync(components: 3, shards: 20, Ct), Ct);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal("score", run.Artifacts[RunArtifacts.Report]);
        Assert.Equal(["fit 0", "fit 1", "fit 2"], run.Operators.Values);
        Assert.Equal(20 + (3 * 3) + 3 + 1, _done.Count);
        Assert.Equal(_done.Count, _done.Distinct().Count());
        Assert.Equal(2000, run.Progress.RowsCaptured);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Run_WhoseEventsAreLostDoubledAndShuffled_DoesTheSame(int seed)
    {
        await using var mesh = await WorkFixture.StartAsync(DoAsync, bus => new FaultyBus(bus, seed));

        var run = await mesh.EndOfAsync(await mesh.SubmitAsync(components: 2, shards: 12, Ct), Ct);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(12 + (2 * 2) + 2 + 1, _done.Count);
        Assert.Equal(_done.Count, _done.Distinct().Count());
        Assert.Equal(1200, run.Progress.RowsCaptured);
    }

    [Fact]
    public async Task Event_DeliveredManyTimesAtOnce_IsWorkedOnOnce()
    {
        var gate = new TaskCompletionSource();
        await using var mesh = await WorkFixture.StartAsync(async (attempt, ct) =>
        {
            await gate.Task.WaitAsync(ct);
            return await DoAsync(attempt, ct);
        });
        var runId = await mesh.SubmitAsync(components: 1, shards: 1, Ct);

        for (var i = 0; i < 20; i++)
        {
            await mesh.Bus.PublishAsync(new ShardPlanned(runId, 0, 1, 1, 0, 100), Ct);
        }

        gate.SetResult();
        await mesh.EndOfAsync(runId, Ct);
        Assert.Single(_done, k => k.Kind == WorkKind.Shard);
    }

    [Fact]
    public async Task Work_ThatFindsNoRoomForLong_WaitsMoreOftenThanItMayFail()
    {
        const int waits = 3 * WorkOptions.DefaultMaxFailures;
        var refused = 0;
        await using var mesh = await WorkFixture.StartAsync(
            (attempt, ct) => attempt.Lease.Key.Kind == WorkKind.Fit && Interlocked.Increment(ref refused) <= waits
                ? throw new CapacityException("BUSY", "no room for it now", TimeSpan.FromSeconds(1))
                : DoAsync(attempt, ct),
            options: o => o.LongestPause = TimeSpan.FromMilliseconds(20));

        var runId = await mesh.SubmitAsync(components: 1, shards: 2, Ct);

        Assert.Equal(RunState.Succeeded, (await mesh.EndOfAsync(runId, Ct)).State);
        var fit = Assert.Single(await mesh.Ledger.ListAsync(runId, Ct), i => i.Key.Kind == WorkKind.Fit);
        Assert.Equal((waits + 1, waits, 0), (fit.Attempts, fit.Waits, fit.Failures));
        Assert.Equal("no room for it now", fit.LastError);
    }

    [Fact]
    public async Task Work_ThatNeverFindsRoom_IsParkedInTheEnd()
    {
        await using var mesh = await WorkFixture.StartAsync(
            (_, _) => throw new CapacityException("BUSY", "no room for it now", TimeSpan.FromSeconds(1)),
            options: o => o.MaxWaits = 4);

        var run = await mesh.EndOfAsync(await mesh.SubmitAsync(components: 1, shards: 1, Ct), Ct);

        Assert.Equal(
            new RunError(RunAdvancer.ParkedReason, "shard 0 was given up after 4 attempts: no room for it now"),
            run.Error);
    }

    [Fact]
    public async Task Work_ThatBreaksWhatItCalls_IsParkedBeforeWorkThatOnlyWaits()
    {
        await using var mesh = await WorkFixture.StartAsync(
            (attempt, _) =>
            {
                attempt.Add(1);
                throw new RunLedgerException(RunLedgerException.Unavailable, "it went away in the middle");
            },
            options: o => (o.MaxWaits, o.LongestPause) = (50, TimeSpan.FromMilliseconds(20)));

        var run = await mesh.EndOfAsync(await mesh.SubmitAsync(components: 1, shards: 1, Ct), Ct);

        Assert.Equal("shard 0 was given up after 5 attempts: it went away in the middle", run.Error?.Message);
    }

    [Fact]
    public async Task Work_OfARunThatThisProgramCannotRead_IsLeftToOthers()
    {
        var tries = 0;
        await using var mesh = await WorkFixture.StartAsync((attempt, ct) => Interlocked.Increment(ref tries) <= 3
            ? throw new RunLedgerException(RunLedgerException.Unreadable, "a newer program wrote it")
            : DoAsync(attempt, ct));

        var runId = await mesh.SubmitAsync(components: 1, shards: 1, Ct);

        Assert.Equal(RunState.Succeeded, (await mesh.EndOfAsync(runId, Ct)).State);
        var shard = Assert.Single(await mesh.Ledger.ListAsync(runId, Ct), i => i.Key.Kind == WorkKind.Shard);
        Assert.Equal((4, 0, 0), (shard.Attempts, shard.Failures, shard.Waits));
    }

    [Fact]
    public async Task Work_ThatFailsEveryTime_IsParkedWithItsReasonOnTheRun()
    {
        await using var mesh = await WorkFixture.StartAsync((attempt, ct) =>
            attempt.Lease.Key is { Kind: WorkKind.Shard, Index: 1 }
                ? throw new FormatException("not for the outside")
                : DoAsync(attempt, ct));

        var runId = await mesh.SubmitAsync(components: 1, shards: 3, Ct);
        var run = await mesh.EndOfAsync(runId, Ct);

        Assert.Equal((RunState.Failed, RunAdvancer.ParkedReason), (run.State, run.Error!.Reason));
        Assert.StartsWith("shard 1 was given up after 5 attempts: an unexpected FormatException", run.Error.Message);
        var shard = Assert.Single(await mesh.Ledger.ListAsync(runId, Ct), i => i.State == WorkState.Parked);
        Assert.Equal((1, 5), (shard.Key.Index, shard.Attempts));
    }

    [Fact]
    public async Task Work_WithAnErrorThatWillNotPass_FailsTheRunAtOnce()
    {
        var tries = 0;
        await using var mesh = await WorkFixture.StartAsync((_, _) =>
        {
            Interlocked.Increment(ref tries);
            throw new PreconditionException("NON_FINITE_ACTIVATION", "r", "row 3 is not a number");
        });

        var run = await mesh.EndOfAsync(await mesh.SubmitAsync(components: 1, shards: 1, Ct), Ct);

        Assert.Equal(new RunError("NON_FINITE_ACTIVATION", "row 3 is not a number"), run.Error);
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task End_ThatCouldNotBePublished_IsPublishedOnceTheBusIsBack()
    {
        var bus = new DeafBus();
        await using var mesh = await WorkFixture.StartAsync(DoAsync, bus.Around);
        var runId = await mesh.SubmitAsync(components: 1, shards: 1, Ct);

        var run = await mesh.EndOfAsync(runId, Ct);
        Assert.Equal(RunState.Succeeded, run.State);
        bus.IsBack = true;

        Assert.Equal(new RunScored(runId, "score"), await bus.Heard.WaitAsync(Ct));
        while ((await mesh.Runs.GetAsync(runId, Ct)).Untold)
        {
            await Task.Delay(10, Ct);
        }
    }

    [Fact]
    public async Task Cancel_WhileWorkIsDone_StopsIt()
    {
        var (started, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var mesh = await WorkFixture.StartAsync(async (_, ct) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopped.SetResult();
            ct.ThrowIfCancellationRequested();
            return "";
        });
        var runId = await mesh.SubmitAsync(components: 1, shards: 1, Ct);
        await started.Task.WaitAsync(Ct);

        var run = await mesh.Ender.CancelAsync(runId, Ct);

        Assert.Equal(RunState.Cancelled, run.State);
        await stopped.Task.WaitAsync(Ct);
        Assert.Empty(_done);
    }

    private Task<string> DoAsync(WorkAttempt attempt, CancellationToken ct)
    {
        attempt.Add(attempt.Lease.Key.Kind == WorkKind.Shard ? 100 : 0);
        _done.Enqueue(attempt.Lease.Key);
        return Task.FromResult(attempt.Lease.Key.Name);
    }
}
