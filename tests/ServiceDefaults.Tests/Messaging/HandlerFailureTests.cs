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

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct);

        Assert.Equal(new RunFailed("r-1", "PARITY_BROKEN", "they differ by 0.1"), await failures.First);
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

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct);

        Assert.Equal(new RunFailed("r-1", "DATA_FORMAT", "line 3 has 2 columns, expected 4"), await failures.First);
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

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct);

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
    public async Task Handler_ThatStaysUnavailable_FailsTheRunAfterTheLastAttempt()
    {
        Handling<RunFailed> failures = null!;
        Handling<ShardPlanned> shards = null!;
        await using var bus = await BusFixture.StartAsync(s =>
        {
            failures = s.Handle<RunFailed>();
            s.AddErrorMapping<TimeoutException>(ErrorKind.Unavailable, "AWAY");
            shards = s.Handle<ShardPlanned>((_, _) => throw new TimeoutException("away"));
        });

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct);

        Assert.Equal("AWAY", (await failures.First).Reason);
        Assert.Equal(3, shards.Seen.Count);
    }

    [Fact]
    public async Task RunCancelled_WhileAHandlerWorks_StopsItAndLaterEventsOfTheRunOnly()
    {
        Handling<RunFailed> failures = null!;
        Handling<ShardPlanned> shards = null!;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bus = await BusFixture.StartAsync(s =>
        {
            failures = s.Handle<RunFailed>();
            shards = s.Handle<ShardPlanned>(async (e, ct) =>
            {
                if (e.RunId == "r-other")
                {
                    other.SetResult();
                    return;
                }

                using var stop = ct.Register(stopped.SetResult);
                await Task.Delay(Timeout.Infinite, ct);
            });
        });
        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct);
        await shards.First;
        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(1), Ct);
        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(2, "r-other"), Ct);

        await bus.Bus.PublishAsync(new RunCancelled("r-1"), Ct);

        await stopped.Task.WaitAsync(_long, Ct);
        await other.Task.WaitAsync(_long, Ct);
        Assert.Equal([0, 2], shards.Seen.Select(e => e.Shard));
        Assert.Empty(failures.Seen);
        Assert.True(bus.Cancellations.IsCancelled("r-1"));
    }

    [Fact]
    public async Task RunFailed_StopsTheRunsOtherHandlers()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handling<ShardPlanned> shards = null!;
        await using var bus = await BusFixture.StartAsync(s => shards = s.Handle<ShardPlanned>(async (_, ct) =>
        {
            using var stop = ct.Register(stopped.SetResult);
            await Task.Delay(Timeout.Infinite, ct);
        }));
        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct);
        await shards.First;

        await bus.Bus.PublishAsync(new RunFailed("r-1", "DEAD", "it is"), Ct);

        await stopped.Task.WaitAsync(_long, Ct);
    }
}
