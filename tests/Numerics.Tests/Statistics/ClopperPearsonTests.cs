using System.Text.Json;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Numerics.Tests.Reference;

namespace KoopmanMesh.Numerics.Tests.Statistics;

public sealed class ClopperPearsonTests
{
    [Fact]
    public void Interval_IsSciPys()
    {
        using var reference = PythonReference.Run("statistics_reference.py");
        foreach (var row in reference.RootElement.GetProperty("intervals").EnumerateArray())
        {
            var (k, n, confidence) = (row[0].GetInt64(), row[1].GetInt64(), row[2].GetDouble());

            var (low, high) = ClopperPearson.Interval(k, n, confidence);

            AssertClose(row[3].GetDouble(), low, $"low of {k}/{n} at {confidence}");
            AssertClose(row[4].GetDouble(), high, $"high of {k}/{n} at {confidence}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(10_000_000)]
    public void Interval_NoneOrAll_IsTheClosedForm(long n)
    {
        var none = ClopperPearson.Interval(0, n);
        var all = ClopperPearson.Interval(n, n);

        Assert.Equal((0, 1), (none.Low, all.High));
        AssertClose(-double.ExpM1(Math.Log(0.025) / n), none.High, "high");
        AssertClose(Math.Pow(0.025, 1.0 / n), all.Low, "low");
    }

    [Fact]
    public void Interval_TailAtEachEnd_IsTheBinomialTail()
    {
        // P(X >= 3 | low) = P(X <= 3 | high) = 0.025 for 10 trials, summed term by term.
        var (low, high) = ClopperPearson.Interval(3, 10);

        Assert.Equal(0.025, 1 - Binomial(10, 2, low), 1e-13);
        Assert.Equal(0.025, Binomial(10, 3, high), 1e-13);
    }

    [Fact]
    public void Interval_OfMillionsOfTrials_IsTheNormalOneToItsOrder()
    {
        var (low, high) = ClopperPearson.Interval(5_000_000, 10_000_000);

        var half = 1.959963984540054 * Math.Sqrt(0.25 / 10_000_000);
        Assert.Equal(0.5 - half, low, 2e-7);
        Assert.Equal(0.5 + half, high, 2e-7);
        Assert.Equal(1, low + high, 1e-12);
    }

    [Fact]
    public void Interval_OutOfRange_IsNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.Interval(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.Interval(-1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.Interval(6, 5));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.Interval(1, 5, 1));
        Assert.StartsWith("the confidence of an interval was expected inside (0, 1)", error.Message);
    }

    // P(X <= k).
    private static double Binomial(int n, int k, double p)
    {
        var (sum, choose) = (0.0, 1.0);
        for (var i = 0; i <= k; i++)
        {
            sum += choose * Math.Pow(p, i) * Math.Pow(1 - p, n - i);
            choose *= (double)(n - i) / (i + 1);
        }

        return sum;
    }

    private static void AssertClose(double expected, double actual, string what) => Assert.True(
        Math.Abs(expected - actual) <= 1e-9 * expected, $"{what}: expected {expected}, got {actual}");
}
