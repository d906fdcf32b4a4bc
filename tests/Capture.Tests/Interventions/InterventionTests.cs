using KoopmanMesh.Capture.Interventions;

namespace KoopmanMesh.Capture.Tests.Interventions;

public sealed class InterventionTests
{
    private const int Width = 10;
    private const int Rows = 4000;

    private static readonly float[] _outputs = Outputs();

    private static readonly CutStatistics _statistics = Statistics(_outputs);

    [Fact]
    public void Noise_HalfADeviation_AddsThatMuchAndKeepsTheMean()
    {
        var changed = Apply(new NoiseIntervention(0.5, _statistics, 1), 1);

        for (var unit = 0; unit < Width; unit++)
        {
            var level = 0.5 * _statistics.Deviation(unit);
            var added = Enumerable.Range(0, Rows)
                .Select(row => (double)changed[(row * Width) + unit] - _outputs[(row * Width) + unit]).ToArray();

            // Four standard errors of a mean and of a standard deviation over the rows.
            Assert.InRange(added.Average(), -4 * level / Math.Sqrt(Rows), 4 * level / Math.Sqrt(Rows));
            Assert.Equal(level, Math.Sqrt(added.Average(a => a * a)), 4 * level / Math.Sqrt(2 * Rows));
        }
    }

    [Fact]
    public void Noise_SameSeed_IsTheSame()
    {
        var noise = new NoiseIntervention(0.1, _statistics, 1);

        Assert.Equal(Apply(noise, 3), Apply(noise, 3));
        Assert.NotEqual(Apply(noise, 3), Apply(noise, 4));
    }

    [Fact]
    public void ResampleByMean_TenUnits_PutsThreeAtTheirMeanInEveryRow()
    {
        var changed = Apply(new ResampleIntervention(true, _statistics, 1), 2);

        var units = ChangedUnits(changed);
        Assert.Equal(3, units.Length);
        Assert.All(
            units,
            unit => Assert.All(
                Enumerable.Range(0, Rows),
                row => Assert.Equal(_statistics.Mean(unit), changed[(row * Width) + unit])));
    }

    [Fact]
    public void ResampleByOther_TenUnits_TakesThreeTogetherFromOneOtherRow()
    {
        var changed = Apply(new ResampleIntervention(false, _statistics, 1), 2);

        var units = ChangedUnits(changed);
        Assert.Equal(3, units.Length);

        // The first unit's values are distinct, so that its value tells the row that was taken.
        var rowOf = Enumerable.Range(0, Rows).ToDictionary(row => _outputs[(row * Width) + units[0]]);
        for (var row = 0; row < Rows; row++)
        {
            var source = rowOf[changed[(row * Width) + units[0]]];
            Assert.All(
                units, unit => Assert.Equal(_outputs[(source * Width) + unit], changed[(row * Width) + unit]));
        }
    }

    [Fact]
    public void Resample_AnotherBatchOfADraw_ChangesTheSameUnits()
    {
        var resample = new ResampleIntervention(true, _statistics, 1);

        Assert.Equal(ChangedUnits(Apply(resample, 1, units: 9)), ChangedUnits(Apply(resample, 2, units: 9)));
    }

    private static int[] ChangedUnits(float[] changed) =>
    [
        .. Enumerable.Range(0, changed.Length).Where(i => changed[i] != _outputs[i]).Select(i => i % Width)
            .Distinct().Order(),
    ];

    private static float[] Apply(Intervention intervention, int seed, int units = 7)
    {
        var changed = new float[_outputs.Length];
        intervention.Apply([], _outputs, Rows, new Random(seed), new Random(units), changed);
        return changed;
    }

    // Unit u runs through u, u + 1, ... in units of u + 1, every row another value.
    private static float[] Outputs() =>
        [.. Enumerable.Range(0, Rows * Width).Select(i => (float)((i % Width) + (((i % Width) + 1) * (i / Width))))];

    private static CutStatistics Statistics(float[] outputs)
    {
        var statistics = new CutStatistics(Width);
        statistics.Add(outputs);
        return statistics;
    }
}
