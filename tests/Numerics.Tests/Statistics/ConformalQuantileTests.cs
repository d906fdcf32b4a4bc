using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Numerics.Tests.Statistics;

public sealed class ConformalQuantileTests
{
    [Theory]
    [InlineData(99, 0.01, 99)]
    [InlineData(100, 0.01, 100)]
    [InlineData(199, 0.01, 198)]
    [InlineData(9, 0.1, 9)]
    [InlineData(19, 0.1, 18)]
    [InlineData(999, 0.001, 999)]
    [InlineData(149, 0.18, 123)] // In doubles 150 (1 - 0.18) is just above 123.
    [InlineData(50, 0.01, 51)]
    [InlineData(0, 0.5, 1)]
    [InlineData(9, 1 - 1e-16, 1)] // 1 in 15 digits.
    [InlineData(9_999_999, 0.3, 7_000_000)]
    public void Order_IsTheCeilingOfTheExactProduct(long rows, double alpha, long order) =>
        Assert.Equal(order, ConformalQuantile.Order(rows, alpha));

    [Theory]
    [InlineData(0.01, 99)]
    [InlineData(0.1, 9)]
    [InlineData(0.3, 3)]
    [InlineData(0.5, 1)]
    [InlineData(0.999, 1)]
    [InlineData(1 - 1e-16, 1)]
    [InlineData(0.0001, 9999)]
    public void FewestRows_IsTheFirstWithABound(double alpha, long rows)
    {
        Assert.Equal(rows, ConformalQuantile.FewestRows(alpha));
        Assert.True(ConformalQuantile.Order(rows, alpha) <= rows);
        Assert.True(ConformalQuantile.Order(rows - 1, alpha) > rows - 1);
    }

    [Fact]
    public void Of_IsTheKthSmallest_TiesOrNot()
    {
        double[] scores = [5, 1, 4, 2, 3, 9, 8, 7, 6];

        Assert.Equal(9, ConformalQuantile.Of(scores, 0.1));
        Assert.Equal(5, ConformalQuantile.Of(scores, 0.5));
        Assert.Equal(5, scores[0]);
        Assert.Equal(2, ConformalQuantile.Of([2, 2, 2, 1, 7], 0.5));
        Assert.Equal(double.PositiveInfinity, ConformalQuantile.Of([1, double.PositiveInfinity], 0.4));
    }

    [Fact]
    public void Of_TooFewRows_SaysHowManyItNeeds()
    {
        var error = Assert.Throws<TooFewRowsException>(() => ConformalQuantile.Of(new double[50], 0.01));

        Assert.Equal("alpha 0.01 needs at least 99 calibration rows, got 50", error.Message);
        Assert.Equal((50, 99), (error.Rows, error.Needed));
        Assert.Equal(
            "alpha 1E-30 needs at least 9223372036854775807 calibration rows, got 50",
            Assert.Throws<TooFewRowsException>(() => ConformalQuantile.Of(new double[50], 1e-30)).Message);
    }

    [Fact]
    public void Of_BadInput_IsNamed()
    {
        Assert.StartsWith(
            "the list of calibration scores holds NaN",
            Assert.Throws<NonFiniteDataException>(() => ConformalQuantile.Of([1, double.NaN], 0.5)).Message);
        foreach (var alpha in (double[])[0, 1, -0.1, double.NaN])
        {
            Assert.StartsWith(
                "alpha was expected inside (0, 1)",
                Assert.Throws<ArgumentOutOfRangeException>(() => ConformalQuantile.Of([1, 2, 3], alpha)).Message);
        }
    }

    // Coverage of a bound from n continuous scores is Beta(k, n + 1 - k) distributed, so its mean over 1,000 splits is
    // within 4 standard errors of k/(n + 1), the fraction of splits that cover a fresh row within the binomial band, and
    // its spread is the law's.
    [Theory]
    [InlineData(99, 0.01)]
    [InlineData(250, 0.1)]
    [InlineData(1000, 0.05)]
    public void Of_ThousandRandomSplits_CoverageFollowsItsLaw(int n, double alpha)
    {
        const int Splits = 1000;
        var random = new Random(n);
        var (coverages, covered) = (new double[Splits], 0);
        for (var split = 0; split < Splits; split++)
        {
            // Uniform scores, to the third power: the law does not depend on the distribution.
            double[] scores = [.. Enumerable.Range(0, n).Select(_ => Math.Pow(random.NextDouble(), 3))];
            var bound = ConformalQuantile.Of(scores, alpha);
            coverages[split] = Math.Cbrt(bound);
            covered += Math.Pow(random.NextDouble(), 3) <= bound ? 1 : 0;
        }

        var k = ConformalQuantile.Order(n, alpha);
        var mean = k / (n + 1.0);
        var deviation = Math.Sqrt(mean * (1 - mean) / (n + 2));
        Assert.True(mean >= 1 - alpha);
        Assert.Equal(mean, coverages.Average(), 4 * deviation / Math.Sqrt(Splits));
        Assert.InRange(
            Math.Sqrt(coverages.Average(c => (c - mean) * (c - mean))), 0.85 * deviation, 1.15 * deviation);
        var band = ClopperPearson.Interval(covered, Splits, 0.9999);
        Assert.InRange(mean, band.Low, band.High);
    }
}
