using KoopmanMesh.Capture.Interventions;

namespace KoopmanMesh.Capture.Tests.Interventions;

public sealed class CutStatisticsTests
{
    [Fact]
    public void Add_BatchesFarFromZero_AgreesWithTwoPasses()
    {
        const int width = 3;
        var random = new Random(5);
        var rows = Enumerable.Range(0, 200 * width).Select(i => (float)(1000 + ((i % width) * random.NextDouble())));
        var values = rows.ToArray();
        var statistics = new CutStatistics(width);

        statistics.Add(values.AsSpan(0, 50 * width));
        statistics.Add(values.AsSpan(50 * width));

        var spread = 0.0;
        for (var unit = 0; unit < width; unit++)
        {
            var column = values.Where((_, i) => i % width == unit).Select(v => (double)v).ToArray();
            var variance = column.Average(v => Math.Pow(v - column.Average(), 2));
            spread += variance;
            Assert.Equal(column.Average(), statistics.Mean(unit), 1e-3);
            Assert.Equal(Math.Sqrt(variance), statistics.Deviation(unit), 1e-6);
        }

        Assert.Equal(spread, statistics.Spread, 1e-9);
    }

    [Fact]
    public void Deviation_NoRows_IsZero()
    {
        var statistics = new CutStatistics(2);

        Assert.Equal(0, statistics.Deviation(1));
        Assert.Equal(0, statistics.Spread);
    }
}
