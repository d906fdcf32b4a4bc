using KoopmanMesh.Experiments.Tables;

namespace KoopmanMesh.Experiments.Tests.Tables;

public sealed class SeedIntervalTests
{
    [Fact]
    public void Of_TwoAndThreeValues_HaveStudentsClosedForms()
    {
        // One degree of freedom: t = tan(0.95 pi / 2); two: t = 0.95 sqrt(2 / (1 - 0.95^2)).
        var two = SeedInterval.Of([1, 3]);
        var three = SeedInterval.Of([1, 2, 3]);

        Assert.Equal(2, two.Mean);
        Assert.Equal(Math.Tan(0.95 * Math.PI / 2), two.HalfWidth!.Value, 1e-6);
        Assert.Equal(0.95 * Math.Sqrt(2 / (1 - (0.95 * 0.95))) / Math.Sqrt(3), three.HalfWidth!.Value, 1e-6);
        Assert.Equal(three.HalfWidth.Value * 2, three.OneMore!.Value, 1e-12);
    }

    [Fact]
    public void Of_AnyNumberOfValues_LeavesFivePercentOutside()
    {
        // The density of Student's t, integrated by Simpson's rule up to the value used.
        foreach (var n in Enumerable.Range(2, 40).Append(100).Append(1_000))
        {
            var values = Enumerable.Range(0, n).Select(i => (double)i).ToArray();
            var deviation = Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (n - 1));

            var t = SeedInterval.Of(values).HalfWidth!.Value * Math.Sqrt(n) / deviation;

            Assert.Equal(0.95, Inside(t, n - 1), 1e-6);
        }
    }

    [Fact]
    public void Against_PublishedNumber_SaysHowFarItIs()
    {
        var interval = SeedInterval.Of([0.95, 0.96, 0.97]);

        Assert.Equal(0.0248, interval.HalfWidth!.Value, 1e-4);
        Assert.Equal(
            [Departure.None, Departure.OfMean, Departure.OfNetworks],
            new[] { 0.98, 1.0, 0.9 }.Select(interval.Against));
        Assert.Equal(Departure.Unknown, SeedInterval.Of([0.95]).Against(0.95));
    }

    [Fact]
    public void Of_None_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => SeedInterval.Of([]));
        Assert.StartsWith("an interval is of at least one value, got none", error.Message, StringComparison.Ordinal);
    }

    private static double Inside(double t, int freedom)
    {
        const int Steps = 20_000;
        var (h, sum) = (t / Steps, 0.0);
        for (var i = 0; i <= Steps; i++)
        {
            var weight = i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Pow(1 + (i * h * i * h / freedom), -(freedom + 1) / 2.0);
        }

        return 2 * sum * h / 3 * Normaliser(freedom);
    }

    // Gamma((v + 1) / 2) / (sqrt(v pi) Gamma(v / 2)), by the recurrence in steps of two.
    private static double Normaliser(int freedom) => freedom switch
    {
        1 => 1 / Math.PI,
        2 => 1 / (2 * Math.Sqrt(2)),
        _ => Normaliser(freedom - 2) * (freedom - 1.0) / (freedom - 2) * Math.Sqrt((freedom - 2.0) / freedom),
    };
}
