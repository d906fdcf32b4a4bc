using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Fitting;

public sealed class RankRuleTests
{
    private static readonly double[] _graded = [10, 5, 1, 1e-3, 1e-9, 1e-18];

    public static TheoryData<RankRule, int> Rules => new()
    {
        { RankRule.Full, 5 },
        { new RankRule.Fixed(2), 2 },
        { new RankRule.Fixed(6), 5 },
        { new RankRule.RelTol(1e-8), 4 },
        { new RankRule.RelTol(0.2), 2 },
        { new RankRule.Consecutive(1e-2), 3 },
        { new RankRule.Energy(0.9), 2 },
        { new RankRule.Energy(1 - 1e-9), 4 },
        { new RankRule.OptimalThreshold(0.1), 3 },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Decide_GradedSpectrum_KeepsWhatTheRuleSays(RankRule rule, int expected)
    {
        var decision = rule.Decide(_graded, 6, 6);

        Assert.Equal(expected, decision.Rank);
        Assert.Equal(5, decision.Possible);
        Assert.Equal(
            _graded.Skip(expected).Sum(s => s * s) / _graded.Sum(s => s * s), decision.DiscardedEnergy, 1e-15);
        Assert.NotEmpty(decision.Reason);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Decide_ZeroMatrix_HasRankZero(RankRule rule, int expected)
    {
        var decision = rule.Decide([0, 0], 2, 7);

        Assert.Equal((0, 0, 0.0), (decision.Rank, decision.Possible, decision.DiscardedEnergy));
        Assert.InRange(expected, 1, 6);
    }

    [Fact]
    public void Decide_CappedAndPartlyListed_CountsTheEnergyNotListed()
    {
        var shape = new SpectrumShape(100, 100) { Cap = 1, TotalEnergy = 10 };

        var decision = RankRule.Full.Decide([2, 1], shape);

        Assert.Equal(1, decision.Rank);
        Assert.Equal(0.6, decision.DiscardedEnergy, 1e-15);
        Assert.Contains("capped at 1", decision.Reason);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    public void Decide_ExtremeScale_KeepsTheSame(double scale)
    {
        var decision = new RankRule.Energy(0.9).Decide(Array.ConvertAll(_graded, s => s * scale), 6, 6);

        Assert.Equal(2, decision.Rank);
        Assert.InRange(decision.DiscardedEnergy, 0.007, 0.009);
    }

    [Fact]
    public void Decide_NotANumber_SaysSo()
    {
        var error = Assert.Throws<NonFiniteDataException>(() => RankRule.Full.Decide([1, double.NaN], 2, 2));

        Assert.StartsWith("the list of singular values holds NaN; finite numbers were expected", error.Message);
    }

    [Fact]
    public void Decide_ParameterOutOfRange_NamesTheRange()
    {
        Assert.Contains("lies in [0, 1)", Refused(new RankRule.RelTol(1)).Message);
        Assert.Contains("lies in [0, 1)", Refused(new RankRule.Consecutive(-1)).Message);
        Assert.Contains("lies in (0, 1]", Refused(new RankRule.Energy(0)).Message);
        Assert.Equal("Rank", Refused(new RankRule.Fixed(-1)).ParamName);
    }

    [Theory]
    [InlineData(1.0, 2.309401076758503, 2.8584)]
    [InlineData(0.5, 1.978599, 2.1712)]
    [InlineData(0.1, 1.581648, 1.6088)]
    public void MarchenkoPastur_PublishedRatios_GiveThePublishedConstants(double beta, double lambda, double omega)
    {
        Assert.Equal(lambda, MarchenkoPastur.OptimalThreshold(beta), 1e-6);
        Assert.Equal(omega, MarchenkoPastur.MedianThreshold(beta), 1e-4);
    }

    [Fact]
    public void MarchenkoPastur_SquareCase_HasTheMedianOfItsClosedDistribution()
    {
        // For beta = 1, t = 4 sin^2(phi) has distribution function (2 phi + sin 2 phi) / pi.
        var phi = Math.Asin(Math.Sqrt(MarchenkoPastur.Median(1) / 4));

        Assert.Equal(0.5, ((2 * phi) + Math.Sin(2 * phi)) / Math.PI, 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => MarchenkoPastur.Median(0));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void OptimalThreshold_RankTwoInNoise_FindsTwo(string name)
    {
        var la = Algebras.Get(name);
        var data = Matrices.WithSingularValues(100, 100, [50, 30], 1);
        var noise = Matrices.Gaussian(100, 100, 2);
        for (var i = 0; i < 10_000; i++)
        {
            data.AsSpan()[i] += 0.1 * noise.AsSpan()[i];
        }

        var s = la.SingularValues(data);
        var unknown = new RankRule.OptimalThreshold().Decide(s, 100, 100);
        var known = new RankRule.OptimalThreshold(0.1).Decide(s, 100, 100);

        Assert.Equal((2, 2), (unknown.Rank, known.Rank));
        Assert.InRange(unknown.Threshold, 2.1, 2.5);
        Assert.Equal(2.309401, known.Threshold, 1e-5);
    }

    private static ArgumentOutOfRangeException Refused(RankRule rule) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => rule.Decide([1.0], 1, 1));
}
