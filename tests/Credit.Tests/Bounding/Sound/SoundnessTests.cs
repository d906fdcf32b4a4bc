using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using static KoopmanMesh.Credit.Tests.Bounding.Sound.PlantedNetworks;

namespace KoopmanMesh.Credit.Tests.Bounding.Sound;

/// <summary>No row of the box may differ by more than the bound, in double or in ONNX Runtime.</summary>
public sealed class SoundnessTests
{
    private static readonly SoundRegion First = new("first", "activation_1", "activation_2");
    private static readonly SoundRegion Second = new("second", "activation_3", "activation_4");

    public static TheoryData<int, double, string> Cases => new(
        from radius in new[] { 0.02, 0.3, 1.5 }
        from lift in new[] { "affine", "abs", "relu" }
        from seed in new[] { 21, 22 }
        select (seed, radius, lift));

    [Theory]
    [MemberData(nameof(Cases))]
    public void NoRow_DiffersByMoreThanTheBound(int seed, double radius, string lift)
    {
        var (original, box) = (Dense(seed, 4, 10, 10, 8, 8, 3), Cube(4, radius, 0.1));
        var one = Hybrid(original, First, Fitted(original, First, Lift(lift, 10, seed), box, seed));
        var two = Hybrid(one, Second, Fitted(original, Second, Lift(lift, 8, seed), box, seed));

        AssertHolds(original, one, box, seed, First);
        AssertHolds(original, two, box, seed, First, Second);
    }

    [Fact]
    public void MergedSymbols_WidenTheBoundAndKeepIt()
    {
        var (original, box) = (Dense(23, 4, 10, 10, 8, 8, 3), Cube(4, 1));
        var hybrid = Hybrid(original, First, Fitted(original, First, Lift("affine", 10, 23), box, 23));
        var full = Bound(original, hybrid, box, First);

        // Room for 12 symbols at width 10.
        var options = new SoundOptions { MaximumBytes = 12 * 10 * 8 * 16 };
        var merged = Bound(options, original, hybrid, box, First);

        Assert.Contains(
            merged.Assumptions, text => text.Contains("noise symbols were merged", StringComparison.Ordinal));
        Assert.All(full.Outputs.Zip(merged.Outputs), pair => Assert.True(pair.First <= pair.Second));
        AssertWithin(original, hybrid, box, 23, merged.Outputs);
    }

    [Fact]
    public void NoRoomForSymbols_GivesIntervalsAndSaysSo()
    {
        var (original, box) = (Dense(24, 4, 10, 10, 3), Cube(4, 1));
        var hybrid = Hybrid(original, First, Fitted(original, First, Lift("affine", 10, 24), box, 24));

        var bound = Bound(new SoundOptions { MaximumBytes = 1000 }, original, hybrid, box, First);

        Assert.Equal("interval", bound.Domain);
        Assert.Contains(
            "Affine forms would take more than 1000 bytes, so intervals were used; the bound holds, and is wider for "
            + "it.",
            bound.Assumptions);
        AssertWithin(original, hybrid, box, 24, bound.Outputs);
    }

    private static Dictionary Lift(string lift, int width, int seed) => lift switch
    {
        "abs" => new Dictionary(width, new StateFeature(width), new AbsoluteFeature(width)),
        "relu" => new Dictionary(width, new StateFeature(width), new ReluFeature(
            Draw.Gaussian(width, 12, seed), Draw.Gaussian(12, 1, seed + 1).AsSpan())),
        _ => Dictionary.Identity(width),
    };

    private static void AssertHolds(
        NetworkModel original, NetworkModel hybrid, Box box, int seed, params SoundRegion[] regions)
    {
        var bound = Bound(original, hybrid, box, regions);

        Assert.Equal("", bound.Refusal);
        var rows = AssertWithin(original, hybrid, box, seed, bound.Outputs);
        var run = LoweredNetwork.Lower(hybrid).Run(rows, La, TestContext.Current.CancellationToken);
        for (var i = 0; i < regions.Length; i++)
        {
            var part = GraphSurgery.Extract(original, regions[i].From, regions[i].To);
            var expected = LoweredNetwork.Lower(part).Evaluate(run[regions[i].From], La);
            Assert.True(Points.Largest(expected, run[regions[i].To]).Max() <= bound.Regions[i]);
        }
    }

    private static Matrix AssertWithin(
        NetworkModel original, NetworkModel hybrid, Box box, int seed, IReadOnlyList<double> bound)
    {
        var (x, y) = (LoweredNetwork.Lower(original), LoweredNetwork.Lower(hybrid));
        var ascended = Points.Ascended(box, x, y, 500, seed);
        foreach (var rows in (Matrix[])[Points.Random(box, 6000, seed), Points.Corners(box, 3500, seed), ascended])
        {
            var (exact, single) = Points.Differences(original, hybrid, rows);
            for (var i = 0; i < exact.Length; i++)
            {
                Assert.True(exact[i] <= bound[i], $"output {i} differs by {exact[i]}, bound {bound[i]}");
                Assert.True(single[i] <= bound[i], $"output {i} differs by {single[i]} in float32, bound {bound[i]}");
            }
        }

        return ascended;
    }
}
