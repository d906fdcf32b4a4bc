using KoopmanMesh.Credit.Bounding.Sound;

namespace KoopmanMesh.Credit.Tests.Bounding.Sound;

/// <summary>What encloses a kink encloses it at every point, and no more loosely than its geometry needs.</summary>
public sealed class KinkTests
{
    public static TheoryData<double> Slopes => [0.0, 0.1, 0.9, -1.0, 1.5];

    [Theory]
    [MemberData(nameof(Slopes))]
    public void Value_LiesInTheBendEverywhere(double slope)
    {
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var x = Interval(random);
            var bend = Bend.OfValue([slope], x);
            var range = Kink.Of([slope], x);
            for (var k = 0; k <= 20; k++)
            {
                var at = Along(x, k / 20.0);
                AssertEncloses(bend, at, H(slope, at));
                Assert.InRange(H(slope, at), range.Lower[0], range.Upper[0]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Slopes))]
    public void Difference_LiesInTheBendEverywhere(double slope)
    {
        var random = new Random(2);
        for (var trial = 0; trial < 500; trial++)
        {
            var (x, y) = (Interval(random), Interval(random));
            // Half of the trials know more of the difference than its ends say.
            var share = trial % 2 == 0 ? 1 : random.NextDouble();
            var all = x.Minus(y);
            var d = new Bounds([share * all.Lower[0]], [share * all.Upper[0]]);
            var bend = Bend.OfDifference([slope], d, x, y);
            var range = Kink.OfDifference([slope], d);
            for (var k = 0; k < 400; k++)
            {
                var (a, b) = (Along(x, (k % 20) / 19.0), Along(y, (k / 20) / 19.0));
                if (a - b >= d.Lower[0] && a - b <= d.Upper[0])
                {
                    AssertEncloses(bend, a - b, H(slope, a) - H(slope, b));
                    Assert.InRange(H(slope, a) - H(slope, b), range.Lower[0], range.Upper[0]);
                }
            }
        }
    }

    [Fact]
    public void SettledSides_PassTheDifferenceOrNothing()
    {
        var d = new Bounds([-1], [1]);

        var active = Bend.OfDifference([0], d, new Bounds([1], [3]), new Bounds([0], [2]));
        var inactive = Bend.OfDifference([0], d, new Bounds([-3], [-1]), new Bounds([-2], [0]));

        Assert.Equal((1, 0, 0), (active.Slopes[0], active.Shifts[0], active.Noises[0]));
        Assert.Equal((0, 0, 0), (inactive.Slopes[0], inactive.Shifts[0], inactive.Noises[0]));
    }

    [Fact]
    public void NearlySettledSides_LeaveAsMuchAsReachesOver()
    {
        // Both all but active: h(x) - h(y) is the difference, but for the hundredth that reaches below zero.
        var bend = Bend.OfDifference([0], new Bounds([-5], [5]), new Bounds([-0.01], [5]), new Bounds([-0.01], [5]));

        Assert.Equal(1, bend.Slopes[0]);
        Assert.Equal(0.01, bend.Noises[0], 1e-12);
    }

    private static double H(double slope, double x) => x > 0 ? x : slope * x;

    private static Bounds Interval(Random random)
    {
        var (a, b) = ((2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1);
        return new Bounds([Math.Min(a, b)], [Math.Max(a, b)]);
    }

    private static double Along(Bounds x, double fraction) =>
        Math.Clamp(x.Lower[0] + (fraction * (x.Upper[0] - x.Lower[0])), x.Lower[0], x.Upper[0]);

    private static void AssertEncloses(Bend bend, double x, double y)
    {
        // The test itself rounds; a form takes that into its own noise.
        const double Rounding = 1e-14;
        var middle = (bend.Slopes[0] * x) + bend.Shifts[0];
        Assert.InRange(y, middle - bend.Noises[0] - Rounding, middle + bend.Noises[0] + Rounding);
    }
}
