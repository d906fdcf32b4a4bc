using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using static KoopmanMesh.Credit.Tests.Bounding.Sound.PlantedNetworks;

namespace KoopmanMesh.Credit.Tests.Bounding.Sound;

/// <summary>Differences that are known exactly.</summary>
public sealed class SoundBoundTests
{
    private static readonly SoundRegion Whole = new("all", "input", "output");
    private static readonly SoundRegion Middle = new("middle", "activation_1", "activation_2");

    // relu(x) - (x / 2 + c) is |x| / 2 - c, which runs from -c to 1/2 - c on [-1, 1] (methods T11).
    [Theory]
    [InlineData(0.25, 0.25)]
    [InlineData(0.3989422804, 0.3989422804)]
    [InlineData(0.1, 0.4)]
    public void Relu_AgainstALine_HasTheKnownDifference(double offset, double expected)
    {
        var relu = Load(Layer([[1]], [0], DenseActivation.Relu));
        var line = Hybrid(relu, Whole, Affine([[0.5]], offset));

        var bound = Bound(relu, line, Cube(1, 1), Whole);

        Assert.Equal("", bound.Refusal);
        Assert.Equal("zonotope", bound.Domain);
        Assert.InRange(bound.Outputs[0], expected - 1e-7, expected + 1e-5);
        Assert.Equal(bound.Outputs[0], bound.Regions[0], 1e-12);
    }

    [Fact]
    public void LinearNetworks_DifferByTheMatrixOfDifferences()
    {
        var model = Load(
            Layer([[1, -2], [0.5, 3]], [1, -1], DenseActivation.None),
            Layer([[2, 1], [-1, 4]], [0, 0.25], DenseActivation.None));
        var region = new SoundRegion("first", "input", "dense_1");
        var hybrid = Hybrid(model, region, Affine([[1.5, -2], [0.5, 2.75]], 1, -1.5));

        var bound = Bound(model, hybrid, Cube(2, 2), region);

        // D = [[-0.5, 0], [0, 0.25]] x + [0, 0.5], so |x| <= 2 gives 1 and 1 before, and after the second layer
        // [2, 1; -1, 4] D = [-1, 0.25; 0.5, 1] x + [0.5, 2].
        Assert.InRange(bound.Regions[0], 1, 1 + 2e-5);
        Assert.InRange(bound.Outputs[0], 0.5 + 2.5, 3 + bound.Rounding + 1e-12);
        Assert.InRange(bound.Outputs[1], 2 + 3, 5 + bound.Rounding + 1e-12);
        Assert.InRange(bound.Rounding, 0, 1e-4);
    }

    [Fact]
    public void IdenticalNetworks_DifferByRoundingAlone()
    {
        var bound = Bound(Dense(seed: 1, 6, 12, 12, 3), Dense(seed: 1, 6, 12, 12, 3), Cube(6, 1));

        Assert.InRange(bound.Outputs.Max(), 1e-9, 5e-4);
        Assert.Equal(bound.Outputs.Max(), bound.Rounding, 1e-12);
        Assert.Equal(bound.Original.UnstableByLayer, bound.Hybrid.UnstableByLayer);
    }

    [Fact]
    public void Rounding_OfOneLayer_IsGammaTimesItsAbsoluteSum()
    {
        var model = Load(Layer([[1, -2]], [3], DenseActivation.None));

        var bound = Bound(model, model, Cube(2, 1));

        // Three terms and six operations of slack, |1| + |-2| + |3| at most, in both networks.
        var unit = Math.Pow(2, -24);
        Assert.Equal(2 * (9 * unit / (1 - (9 * unit))) * 6, bound.Rounding, 1e-10);
    }

    [Fact]
    public void APoint_HasTheDifferenceThereAndRounding()
    {
        var model = Dense(seed: 2, 4, 10, 10, 2);
        var hybrid = Hybrid(model, Middle, Fitted(model, Middle, Numerics.Observables.Dictionary.Identity(10),
            Cube(4, 1), seed: 3));
        var point = new Box([0.5, -0.25, 1, 0.125], [0.5, -0.25, 1, 0.125]);

        var bound = Bound(model, hybrid, point, Middle);

        var (there, _) = Points.Differences(model, hybrid, new Matrix(4, 1, [0.5, -0.25, 1, 0.125]));
        for (var i = 0; i < 2; i++)
        {
            Assert.InRange(bound.Outputs[i], there[i], there[i] + 1e-4);
        }

        Assert.Equal(0, bound.Original.Unstable);
    }

    [Fact]
    public void ASmallerBox_NeverHasALargerBound()
    {
        var model = Dense(seed: 4, 5, 16, 16, 4);
        var hybrid = Hybrid(model, Middle, Fitted(model, Middle, Numerics.Observables.Dictionary.Identity(16),
            Cube(5, 1), seed: 5));
        double[] radii = [1, 0.5, 0.2, 0.1, 0.01, 0];

        var bounds = radii.Select(radius => Bound(model, hybrid, Cube(5, radius), Middle).Outputs.Max()).ToList();

        Assert.Equal(bounds.OrderDescending(), bounds);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Zonotopes_AreNeverLooserThanIntervals(double radius)
    {
        for (var seed = 10; seed < 16; seed++)
        {
            var model = Dense(seed, 5, 12, 12, 12, 3);
            var hybrid = Hybrid(model, Middle, Fitted(model, Middle, Numerics.Observables.Dictionary.Identity(12),
                Cube(5, radius), seed));

            var zonotope = Bound(model, hybrid, Cube(5, radius), Middle);
            var interval = Bound(
                new SoundOptions { IntervalsOnly = true }, model, hybrid, Cube(5, radius), Middle);

            Assert.Equal(("zonotope", "interval"), (zonotope.Domain, interval.Domain));
            Assert.All(zonotope.Outputs.Zip(interval.Outputs), pair => Assert.True(pair.First <= pair.Second));
            Assert.True(zonotope.Regions[0] <= interval.Regions[0]);
            Assert.True(zonotope.Original.Unstable <= interval.Original.Unstable);
        }
    }

    [Fact]
    public void UnstableActivations_AreThoseWhoseIntervalHoldsZeroInside()
    {
        // x + b on [-1, 1]: settled for b = -2 and 2, not for b = 0; then a sum of at least 2.
        var model = Load(
            Layer([[1], [1], [1]], [-2, 0, 2], DenseActivation.Relu),
            Layer([[1, 1, 1]], [1], DenseActivation.Relu));

        var count = new SoundBounder(La, new SoundOptions()).CountUnstable(
            model, Cube(1, 1), TestContext.Current.CancellationToken);

        Assert.Equal("", count.Refusal);
        Assert.Equal((1, 4), (count.Unstable, count.All));
        Assert.Equal([1, 0], count.UnstableByLayer);
    }
}
