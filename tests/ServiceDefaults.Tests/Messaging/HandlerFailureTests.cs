using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging;

public sealed class HandlerFailureTests
{
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handler_ThatThrowsATypedError_FailsTheRunInItsWords()
    {
        Handling<RunFailed> failures = null!;
        await using var bus = await BusFixture.StartAsync(s =>
        {
            failures = s.Handle<RunFailed>();
            s.Handle<ShardPlanned>((_, _) =>
                throw new PreconditionException("PARITY_BROKEN", "r-1", "they differ by 0.1"));
        });
        var run = await bus.SubmitAsync();

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0, run), Ct);

        Assert.Equal(new RunFailed(run, "PARITY_BROKEN", "they differ by 0.1"), await failures.First);
        Assert.DoesNotContain(bus.Logs.Entries, e => e.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Handler_ThatThrowsALibrarysError_FailsTheRunAsItIsMapped()
    {
        Handling<RunFailed> failures = null!;
        await using var bus = await BusFixture.StartAsync(s =>
        {
            failures = s.Handle<RunFailed>();
            s.AddErrorMapping<InvalidDataException>(ErrorKind.InvalidArgument, "DATA_FORMAT");
            s.Handle<ShardPlanned>((_, _) => throw new InvalidDataException("line 3 has 2 columns, expected 4"));
        });
        var run = await bus.SubmitAsync();

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0, run), Ct);

        Assert.Equal(new RunFailed(run, "DATA_FORMAT", "line 3 has 2 columns, expected 4"), await failures.First);
    }

    [Fact]
    public async Task Handler_ThatThrowsTheUnforeseen_FailsTheRunAndLogsTheException()
    {
        Handling<RunFailed> failures = null!;
        await using var bus = await BusFixture.StartAsync(s =>
        {
            failures = s.Handle<RunFailed>();
            s.Handle<ShardPlanned>((_, _) => throw new FormatException("secret path"));
        });
        var run = await bus.SubmitAsync();

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0, run), Ct);

        var failure = await failures.First;
        Assert.Equal("INTERNAL", failure.Reason);
        Assert.Equal("an unexpected FormatException ended the work; the service's log tells more", failure.Error);
        Assert.Contains(bus.Logs.Entries, e => e.Level == LogLevel.Error);
    }

    [Fact]
    public async Task Handler_OfRunFailedThatThrows_DoesNotFailTheRunAgain()
    {
        Handling<RunFailed> failures = null!;
        await using var bus = await BusFixture.StartAsync(
            s => failures = s.Handle<RunFailed>((_, _) => throw new FormatException()));

        await bus.Bus.PublishAsync(new RunFailed("r-1", "DEAD", "it is"), Ct);

        await bus.StopAsync();
        Assert.Single(failures.Seen);
    }

    [Fact]
    public async Task Handler_ThatIsUnavailableTwice_IsTriedAThirdTime()
    {
        Handling<RunFailed> failures = null!;
        Handling<ShardPlanned> shards = null!;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bus = await BusFixture.StartAsync(s =>
        {
            failures = s.Handle<RunFailed>();
            s.AddErrorMapping<TimeoutException>(ErrorKind.Unavailable, "AWAY");
            shards = s.Handle<ShardPlanned>((_, _) =>
            {
                if (shards.Seen.Count < 3)
                {
                    throw new TimeoutException("away");
                }

                done.SetResult();
                return Task.CompletedTask;
            });
        });

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct);

        await done.Task.WaitAsync(_long, Ct);
        Assert.Empty(failures.Seen);
    }

    [Fact]
    public async Task Handler_ThatStaysUnavailable_LeavesTheRunToReconciliation()
    {
        Handling<RunFailed> failures = null!;
        Handling<ShardPlanned> shards = null!;
        await using var bus = await BusFixture.StartAsync(s =>
        {
            failures = s.Handle<RunFailed>();
            s.AddErrorMapping<TimeoutException>(ErrorKind.Unavailable, "AWAY");
            shards = s.Handle<ShardPlanned>((_, _) => throw new TimeoutException("away"));
        });
        var run = await bus.SubmitAsync();

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0, run), Ct);
        await bus.StopAsync();

        Assert.Equal(3, shards.Seen.Count);
        Assert.Empty(failures.Seen);
        Assert.Contains(bus.Logs.Entries, e => e.Message.Contains("gave up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handler_ThatFailsForAnUnknownRun_IsLoggedAndDeliveriesGoOn()
    {
        Handling<ShardPlanned> shards = null!;
        await using var bus = await BusFixture.StartAsync(s =>
            shards = s.Handle<ShardPlanned>((_, _) => throw new PreconditionException("BROKEN", "r", "it is")));

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0, "r-nobody-knows"), Ct);
        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(1, "r-nobody-knows"), Ct);
        await bus.StopAsync();

        Assert.Equal(2, shards.Seen.Count);
        Assert.Contains(bus.Logs.Entries, e => e.Message.Contains("BROKEN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunThatIsCancelled_WhileAHandlerWorks_StopsItAndLaterEventsOfTheRunOnly()
    {
        Handling<ShardPlanned> shards = null!;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bus = await BusFixture.StartAsync(s => shards = s.Handle<ShardPlanned>(async (e, ct) =>
        {
            if (e.RunId == "r-other")
            {
                other.SetResult();
                return;
            }

            await UntilCancelledAsync(ct);
            stopped.SetResult();
        }));
        var run = await bus.SubmitAsync();
        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0, run), Ct);
        await shards.First;
        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(1, run), Ct);
        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(2, "r-other"), Ct);

        await bus.Ender.CancelAsync(run, Ct);

        await stopped.Task.WaitAsync(_long, Ct);
        await other.Task.WaitAsync(_long, Ct);
        Assert.Equal([0, 2], shards.Seen.Select(e => e.Shard));
        Assert.True(bus.Cancellations.IsCancelled(run));
    }

    [Fact]
    public async Task RunThatFails_StopsItsOtherHandlers()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handling<ShardPlanned> shards = null!;
        await using var bus = await BusFixture.StartAsync(s => shards = s.Handle<ShardPlanned>(async (_, ct) =>
        {
            await UntilCancelledAsync(ct);
            stopped.SetResult();
        }));
        var run = await bus.SubmitAsync();
        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0, run), Ct);
        await shards.First;

        await bus.Ender.FailAsync(run, "DEAD", "it is", Ct);

        await stopped.Task.WaitAsync(_long, Ct);
    }
    private static async Task UntilCancelledAsync(CancellationToken ct) =>
        await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
