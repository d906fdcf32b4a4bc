using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Tests.Intake;

public sealed class AccumulatorBudgetTests
{
    private const long Limit = 10 << 20;

    private readonly AccumulatorBudget _budget = new(
        Options.Create(new IntakeOptions { MaxAccumulatorBytes = Limit }));

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
}
