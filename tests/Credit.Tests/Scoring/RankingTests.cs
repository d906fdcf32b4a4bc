using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Scoring;

public sealed class RankingTests
{
    [Fact]
    public void Of_Credits_AreSharedAndPlacedByMagnitude()
    {
        var ranked = Ranking.Of([new Volume(2, 2), new Volume(1, 2), new Volume(4, 2), Volume.Unit(2)]);

        Assert.Equal([1.0, -3, 4], ranked.Select(credit => credit.Value!.Value));
        Assert.Equal([1.0 / 8, 3.0 / 8, 4.0 / 8], ranked.Select(credit => credit.Share));
        Assert.Equal([3, 2, 1], ranked.Select(credit => credit.Place));
        Assert.Equal([Math.Exp(0.5), Math.Exp(-1.5), Math.Exp(2)], ranked.Select(credit => credit.Gain!.Value));
    }

    [Fact]
    public void Of_NothingButRounding_SharesEvenly()
    {
        var ranked = Ranking.Of([new Volume(3e-16, 2), new Volume(1e-16, 2), new Volume(-2e-16, 2), Volume.Unit(2)]);

        Assert.All(ranked, credit => Assert.Equal(1.0 / 3, credit.Share));
    }

    [Theory]
    [InlineData(new double[] { 2, 3 }, 1)]
    [InlineData(new double[] { 2, -3 }, -1)]
    [InlineData(new double[] { 2, 0 }, 0)]
    public void Score_SquareComponent_HasItsDeterminantsSign(double[] diagonal, int sign)
    {
        var score = CreditScorer.Score(
            Chains.OfJacobians(Providers.Default, Draw.Diagonal(diagonal)), new ScoringOptions(), Providers.Default);

        Assert.Equal(sign, score.Components[0].DeterminantSign);
    }

    [Fact]
    public void Score_NarrowCut_IsFlaggedWhereTheRankDrops()
    {
        var chain = Chains.OfJacobians(
            Providers.Default, Draw.Gaussian(2, 4, 1), Draw.Gaussian(4, 2, 2), Draw.Gaussian(4, 4, 3));

        var score = CreditScorer.Score(chain, new ScoringOptions(), Providers.Default);

        Assert.Equal([2, 2, 4], score.Components.Select(component => component.Telescoped.RankBefore));
        Assert.Equal((2, 4), (score.Components[1].Telescoped.RankBefore, score.Components[1].Telescoped.RankAfter));
        Assert.Equal(2, score.Totals.Rank);
    }
}
