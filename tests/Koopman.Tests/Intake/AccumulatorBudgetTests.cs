using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Tests.Intake;

public sealed class AccumulatorBudgetTests
{
    private const long Limit = 10 << 20;

    private readonly Clock _clock = new();
    private readonly AccumulatorBudget _budget;

    public AccumulatorBudgetTests() =>
        _budget = new AccumulatorBudget(Options.Create(new IntakeOptions { MaxAccumulatorBytes = Limit }), _clock);

    [Fact]
    public void Hold_WhereOthersHoldTheRest_IsRefusedUntilTheyAreDone()
    {
        using var first = _budget.Hold(Limit - 100);
        var second = _budget.Hold(100);

        var error = Assert.Throws<CapacityException>(() => _budget.Hold(1));
        second.Dispose();
        second.Dispose();

        Assert.Equal(
            $"the accumulator takes 1 bytes and others hold {Limit}, expected at most {Limit} together", error.Message);
        Assert.Equal(TimeSpan.FromSeconds(1), error.RetryAfter);
        using var third = _budget.Hold(100);
        Assert.Throws<CapacityException>(() => _budget.Hold(1));
    }

    [Fact]
    public void Hold_OfMoreThanThereIs_WillNeverPass()
    {
        var error = Assert.Throws<CapacityException>(() => _budget.Hold(Limit + 1));

        Assert.Equal(
            $"the accumulator takes {Limit + 1} bytes, expected at most {Limit} (Intake:MaxAccumulatorBytes)",
            error.Message);
        Assert.Null(error.RetryAfter);
    }

    [Fact]
    public void HoldMost_OfMoreThanThereIs_TakesAllOnceNobodyElseHoldsAny()
    {
        var other = _budget.Hold(1);
        Assert.NotNull(Assert.Throws<CapacityException>(() => _budget.HoldMost(2 * Limit)).RetryAfter);
        other.Dispose();

        using var all = _budget.HoldMost(2 * Limit);

        Assert.Throws<CapacityException>(() => _budget.Hold(1));
    }

    [Fact]
    public void HoldMost_ThatWasRefused_FindsRoomThatStreamsWereKeptFrom()
    {
        var streams = Enumerable.Range(0, 4).Select(_ => _budget.Hold(Limit / 4)).ToArray();
        Assert.Throws<CapacityException>(() => _budget.HoldMost(Limit / 2));
        streams[0].Dispose();
        Assert.Throws<CapacityException>(() => _budget.Hold(Limit / 4));
        streams[1].Dispose();

        _budget.HoldMost(Limit / 2).Dispose();

        using var stream = _budget.Hold(Limit / 4);
    }

    [Fact]
    public void HoldMost_ThatIsNotTriedAgain_KeepsStreamsAwayNoLongerThanATryTakes()
    {
        var stream = _budget.Hold(Limit);
        Assert.Throws<CapacityException>(() => _budget.HoldMost(Limit));
        stream.Dispose();

        Assert.Throws<CapacityException>(() => _budget.Hold(1));
        _clock.Now += TimeSpan.FromSeconds(21);

        using var later = _budget.Hold(Limit);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
