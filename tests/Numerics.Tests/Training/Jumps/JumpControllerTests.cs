using KoopmanMesh.Numerics.Training.Jumps;

namespace KoopmanMesh.Numerics.Tests.Training.Jumps;

public sealed class JumpControllerTests
{
    private static readonly JumpOptions _options = new() { Horizon = 10, LongestHorizon = 35, Rest = 5 };

    [Fact]
    public void Decide_BetterAndBetter_GoesFartherUpToTheLongest()
    {
        var jumps = new JumpController(_options);
        var horizons = new List<int> { jumps.NextHorizon };
        for (var i = 0; i < 4; i++)
        {
            (var decision, jumps) = jumps.Decide(1, 0.5);
            Assert.Equal(JumpDecision.Kept, decision);
            horizons.Add(jumps.NextHorizon);
        }

        Assert.Equal([10, 20, 35, 35, 35], horizons);
        Assert.Equal((4, 0, 100), (jumps.Accounts.Kept, jumps.Accounts.Rejected, jumps.Accounts.SnapshotsSkipped));
    }

    [Theory]
    [InlineData(1, 1.5)]
    [InlineData(1, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(1, double.NegativeInfinity)]
    public void Decide_NotBetter_IsRolledBackAndGoesLessFar(double before, double after)
    {
        var (decision, next) = new JumpController(_options).Decide(before, after);

        Assert.Equal((JumpDecision.Rejected, 5, 0), (decision, next.NextHorizon, next.Accounts.SnapshotsSkipped));
    }

    [Fact]
    public void Decide_WorseForLong_StillProposesOneSnapshot()
    {
        var jumps = new JumpController(_options);
        for (var i = 0; i < 50; i++)
        {
            jumps = jumps.Decide(1, 2).Next;
        }

        Assert.Equal(1, jumps.NextHorizon);
        Assert.Equal(2, jumps.Decide(1, 0).Next.NextHorizon);
    }

    [Fact]
    public void Decide_SlowGrowth_DoesNotStickToWholeNumbers()
    {
        var jumps = new JumpController(_options with { Horizon = 1, Grow = 1.2 });
        for (var i = 0; i < 4; i++)
        {
            jumps = jumps.Decide(1, 0).Next;
        }

        Assert.Equal(2, jumps.NextHorizon);
    }

    [Fact]
    public void CanPropose_BeforeTheRestIsOver_IsFalse()
    {
        var jumps = new JumpController(_options);

        Assert.False(jumps.CanPropose(4));
        Assert.True(jumps.CanPropose(5));
    }

    [Fact]
    public void Accounts_OfKeptAndRejected_AreWhatTheyCostAndBrought()
    {
        var jumps = new JumpController(_options).Trained(2).Trained(4).Proposed(1.5);
        Assert.Null(new JumpController(_options).Proposed(1).Accounts.NetSeconds);

        jumps = jumps.Decide(1, 0.5, seconds: 0.25).Next.Proposed(1.5).Decide(1, 2, seconds: 0.25).Next;

        Assert.Equal((1, 1), (jumps.Accounts.Kept, jumps.Accounts.Rejected));
        Assert.Equal((3.0, 0.5), (jumps.Accounts.FitSeconds, jumps.Accounts.EvaluationSeconds));
        Assert.Equal(10 * 3.0, jumps.Accounts.SavedSeconds);
        Assert.Equal(30 - 3.5, jumps.Accounts.NetSeconds);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Equal(
            "a horizon is 1 to 1000000 snapshots (Parameter 'value')\nActual value was 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new JumpOptions { Horizon = 0 }).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new JumpOptions { LongestHorizon = 1_000_001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JumpOptions { Grow = 0.9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JumpOptions { Grow = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JumpOptions { Shrink = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JumpOptions { Rest = 2 });
        Assert.Equal(
            "the loss before a jump is NaN, with which nothing compares (Parameter 'lossBefore')",
            Assert.Throws<ArgumentException>(() => new JumpController(_options).Decide(double.NaN, 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new JumpController(_options).Trained(-1));
    }
}
