using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Numerics.Tests.Statistics;

public sealed class RankCorrelationTests
{
    private static readonly double[] _x = [1, 2, 2, 3, 5, 4, 4, 4];
    private static readonly double[] _y = [2, 1, 3, 3, 6, 4, 7, 5];

    [Fact]
    public void Correlations_WithTies_AreSciPys()
    {
        Assert.Equal(0.8706358081229184, RankCorrelation.Spearman(_x, _y)!.Value, 1e-14);
        Assert.Equal(0.7463904912524668, RankCorrelation.Kendall(_x, _y)!.Value, 1e-14);
    }

    [Fact]
    public void Correlations_SameAndReversedOrder_AreOneAndMinusOne()
    {
        double[] rising = [1, 10, 100, double.PositiveInfinity];
        double[] falling = [3, 2, 1, double.NegativeInfinity];

        Assert.Equal((1.0, 1.0), (RankCorrelation.Spearman(rising, rising), RankCorrelation.Kendall(rising, rising)));
        Assert.Equal(-1, RankCorrelation.Spearman(rising, falling));
        Assert.Equal(-1, RankCorrelation.Kendall(rising, falling));
    }

    [Fact]
    public void Correlations_MonotoneTransform_ChangeNothing()
    {
        var transformed = Array.ConvertAll(_x, value => Math.Exp(3 * value));

        Assert.Equal(RankCorrelation.Spearman(_x, _y), RankCorrelation.Spearman(transformed, _y));
        Assert.Equal(RankCorrelation.Kendall(_x, _y), RankCorrelation.Kendall(transformed, _y));
    }

    [Fact]
    public void Correlations_NothingToOrder_AreNull()
    {
        Assert.Null(RankCorrelation.Spearman([1, 1, 1], [1, 2, 3]));
        Assert.Null(RankCorrelation.Kendall([1, 2, 3], [4, 4, 4]));
        Assert.Null(RankCorrelation.Spearman([], []));
        Assert.Null(PermutationTest.Spearman([1], [1], 10, 0));
    }

    [Fact]
    public void Correlations_BadLists_AreNamed()
    {
        Assert.Equal(
            "the second list to correlate was expected to be 2 long, got 1",
            Assert.Throws<ShapeMismatchException>(() => RankCorrelation.Spearman([1, 2], [1])).Message);
        Assert.StartsWith(
            "a list to correlate holds NaN",
            Assert.Throws<NonFiniteDataException>(() => RankCorrelation.Kendall([1, 2], [1, double.NaN])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => PermutationTest.Kendall(_x, _y, 0, 0));
    }

    [Fact]
    public void PermutationTest_PerfectOrderOfFour_IsOneInTwentyFour()
    {
        double[] x = [1, 2, 3, 4];

        var p = PermutationTest.Spearman(x, x, 20_000, 1)!.Value;

        Assert.Equal(1 / 24.0, p, 0.005);
        Assert.Equal(p, PermutationTest.Spearman(x, x, 20_000, 1));
        Assert.Equal(1 / 24.0, PermutationTest.Kendall(x, x, 5_000, 2)!.Value, 0.01);
    }

    [Fact]
    public void PermutationTest_ReversedOrder_IsNoEvidence()
    {
        double[] x = [1, 2, 3, 4, 5, 6];
        double[] y = [6, 5, 4, 3, 2, 1];

        Assert.Equal(1, PermutationTest.Spearman(x, y, 500, 3));
        Assert.InRange(PermutationTest.Spearman(x, x, 99, 3)!.Value, 0.01, 0.03);
    }

    [Fact]
    public void PermutationTest_LeavesItsArgumentsAlone()
    {
        var y = (double[])_y.Clone();

        PermutationTest.Kendall(_x, y, 20, 4);

        Assert.Equal(_y, y);
    }
}
