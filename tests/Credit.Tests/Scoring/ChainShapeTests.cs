using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Scoring;

public sealed class ChainShapeTests
{
    private static readonly ILinearAlgebra La = Providers.Default;

    [Fact]
    public void Require_NoComponents_IsRefused() =>
        AssertRefused([], 0, "a chain has at least one component, got none");

    [Fact]
    public void Require_NeighboursOfOtherWidths_NamesBoth()
    {
        var chain = new[] { Link(Draw.Gaussian(2, 3, 1)), Link(Draw.Gaussian(2, 4, 2)) };

        AssertRefused(chain, 1, "component 1 reads 4 features, but component 0 writes 2");
    }

    [Fact]
    public void Require_SlopeOfOtherRank_NamesBoth()
    {
        var link = Link(Draw.Gaussian(2, 3, 1)) with { ReducedSlope = Draw.Gaussian(2, 5, 1) };

        AssertRefused([link], 0, "the slope of component 0 has 5 columns, expected the 3 of its basis");
    }

    [Fact]
    public void Require_MomentsOfOtherWidths_NamesBoth()
    {
        var link = Link(Draw.Gaussian(2, 3, 1)) with { Moments = Link(Draw.Gaussian(2, 5, 1)).Moments };

        AssertRefused([link], 0, "the moments of component 0 are of 5 + 2 features, expected 3 + 2");
    }

    [Fact]
    public void Require_NoRows_IsRefused()
    {
        var link = Link(Draw.Gaussian(2, 3, 1));

        AssertRefused(
            [link with { Moments = link.Moments with { Count = 0 } }],
            0,
            "the moments of component 0 sum up 0 rows, expected at least 1");
    }

    [Fact]
    public void RequireBlocks_None_IsRefused()
    {
        var error = Assert.Throws<ChainShapeException>(() => ChainShape.RequireBlocks([Link(Draw.Gaussian(2, 3, 1))]));

        Assert.Equal("component 0 came without the row blocks the bootstrap resamples", error.Message);
    }

    [Fact]
    public void RequireBlocks_OfOtherWidths_NamesBoth()
    {
        var link = Blocked(rows: 80, width: 3);

        var error = Assert.Throws<ChainShapeException>(
            () => ChainShape.RequireBlocks([link with { Blocks = Blocked(rows: 80, width: 2).Blocks }]));

        Assert.Equal("the row blocks of component 0 are of 2 + 2 features, expected 3 + 2", error.Message);
    }

    [Fact]
    public void RequireBlocks_OfOtherRows_AreRefused()
    {
        var error = Assert.Throws<ChainShapeException>(
            () => ChainShape.RequireBlocks([Blocked(rows: 80, width: 2), Blocked(rows: 90, width: 2)]));

        Assert.Equal(
            "the row blocks of component 1 hold other numbers of rows than those of component 0", error.Message);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Score_ToleranceOutsideItsRange_IsRefused(double tolerance)
    {
        var options = new ScoringOptions { PdetTolerance = tolerance };

        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => CreditScorer.Score([Link(Draw.Gaussian(2, 3, 1))], options, La));

        Assert.StartsWith(
            $"PdetTolerance is a fraction in [0, 1), got {tolerance}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0.05, 0.95, "a bootstrap takes at least 2 replicates, got 1")]
    [InlineData(200, 0.95, 0.05, "an interval runs between quantiles 0 <= lower < upper <= 1, got 0.95 and 0.05")]
    public void Require_BootstrapOutsideItsRange_IsRefused(int replicates, double lower, double upper, string message)
    {
        var options = new BootstrapOptions { Replicates = replicates, Lower = lower, Upper = upper };

        var error = Assert.Throws<ArgumentOutOfRangeException>(options.Require);

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static ChainLink Link(Matrix jacobian) => Chains.OfJacobians(La, jacobian)[0];

    private static ChainLink Blocked(int rows, int width) =>
        Chains.OfData(La, Draw.Gaussian(width, rows, 1), 4, Maps.Linear(Draw.Gaussian(2, width, 2)))[0];

    private static void AssertRefused(ChainLink[] chain, int component, string message)
    {
        var error = Assert.Throws<ChainShapeException>(() => CreditScorer.Score(chain, new ScoringOptions(), La));

        Assert.Equal((component, message), (error.Component, error.Message));
    }
}
