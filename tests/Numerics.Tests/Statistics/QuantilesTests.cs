using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Numerics.Tests.Statistics;

public sealed class QuantilesTests
{
    private static readonly double[] _values = [3, 1, 4, 1, 5, 9, 2, 6];

    [Fact]
    public void At_Fractions_AreNumPys()
    {
        double[] expected = [1, 1, 1.75, 3.5, 7.9499999999999984, 9];

        Assert.Equal(expected, Quantiles.At(_values, [0, 0.05, 0.25, 0.5, 0.95, 1]), (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal(3, _values[0]);
    }

    [Fact]
    public void At_OneValueOrInfiniteOnes_IsWhatLiesThere()
    {
        Assert.Equal(7, Quantiles.At([7.0], 0.3));
        Assert.Equal(double.NegativeInfinity, Quantiles.At([double.NegativeInfinity, 1, 2], 0.2));
        Assert.Equal(double.PositiveInfinity, Quantiles.At([0, double.PositiveInfinity], 0.5));
    }

    [Fact]
    public void At_BadInput_IsNamed()
    {
        Assert.StartsWith(
            "a quantile of no values", Assert.Throws<ArgumentException>(() => Quantiles.At([], 0.5)).Message);
        Assert.StartsWith(
            "the list to take quantiles of holds NaN",
            Assert.Throws<NonFiniteDataException>(() => Quantiles.At([double.NaN], 0.5)).Message);
        Assert.StartsWith(
            "the fraction of a quantile lies in [0, 1]",
            Assert.Throws<ArgumentOutOfRangeException>(() => Quantiles.At(_values, 1.1)).Message);
    }
}
