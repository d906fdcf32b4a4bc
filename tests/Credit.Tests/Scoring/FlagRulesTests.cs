using KoopmanMesh.Credit.Scoring;

namespace KoopmanMesh.Credit.Tests.Scoring;

public sealed class FlagRulesTests
{
    [Theory]
    [InlineData(0.1, 50, ComponentFlags.None)]
    [InlineData(0.11, 50, ComponentFlags.LowFidelity)]
    [InlineData(double.NaN, 50, ComponentFlags.LowFidelity)]
    [InlineData(0.0, 49, ComponentFlags.UnderDetermined)]
    public void Judge_FitQuality_FlagsPoorFitsAndFewRows(double error, long rows, object expected) =>
        Assert.Equal((ComponentFlags)expected, FlagRules.Judge(Component(2, 2), error, rows, dimension: 10));

    [Fact]
    public void Judge_NothingHeldOut_FlagsNoFidelity() =>
        Assert.Equal(ComponentFlags.None, FlagRules.Judge(Component(2, 2), null, 50, dimension: 10));

    [Fact]
    public void Judge_RankChange_IsFlagged() =>
        Assert.Equal(ComponentFlags.RankDrop, FlagRules.Judge(Component(2, 3), 0, 50, dimension: 10));

    [Fact]
    public void Judge_DeadConstantComponent_IsBoth()
    {
        var dead = Component(2, 2) with { Standing = CreditStanding.Dead, HasConstantOutput = true };

        Assert.Equal(ComponentFlags.Dead | ComponentFlags.ConstantOutput, FlagRules.Judge(dead, 0, 50, dimension: 10));
    }

    private static ComponentScore Component(int rankBefore, int rankAfter)
    {
        var credit = new RankedCredit(1, 1, 1, 1, rankBefore, rankAfter);
        return new ComponentScore
        {
            Canonical = credit,
            Telescoped = credit,
            Local = 1,
            QrChained = 1,
            BackwardDet = 0,
            OperatorDet = null,
            DeterminantSign = 1,
            Standing = CreditStanding.Defined,
            HasConstantOutput = false,
        };
    }
}
