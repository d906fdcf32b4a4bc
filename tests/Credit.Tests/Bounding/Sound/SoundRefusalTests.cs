using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.ServiceDefaults.Errors;
using static KoopmanMesh.Credit.Tests.Bounding.Sound.PlantedNetworks;

namespace KoopmanMesh.Credit.Tests.Bounding.Sound;

/// <summary>What can't be bounded, and in which words.</summary>
public sealed class SoundRefusalTests
{
    private static readonly SoundRegion Middle = new("middle", "activation_1", "activation_2");

    [Theory]
    [InlineData(double.NaN, 1, "NaN to 1")]
    [InlineData(0, double.PositiveInfinity, "0 to Infinity")]
    [InlineData(1, 0.5, "1 to 0.5")]
    public void Box_OfImpossibleBounds_IsRefused(double lower, double upper, string range)
    {
        var exception = Assert.Throws<InvalidRequestException>(() => new Box([lower], [upper]));

        Assert.Equal(
            $"feature 0 of the box runs from {range}; two finite numbers, the first not above the second, were "
            + "expected", exception.Message);
        Assert.Equal("BOX_BOUNDS", exception.Reason);
    }

    [Fact]
    public void Box_OfUnequalSides_IsRefused()
    {
        var exception = Assert.Throws<InvalidRequestException>(() => new Box([0, 0], [1]));

        Assert.Equal(
            "the box has 2 lower and 1 upper bounds, expected as many, and at least one", exception.Message);
    }

    [Fact]
    public void Box_ThatMissesAnInput_IsRefused()
    {
        var model = Dense(seed: 1, 4, 5, 2);

        var exception = Assert.Throws<InvalidRequestException>(() => Bound(model, model, Cube(3, 1)));

        Assert.Equal("the box has 3 features, but 'planted' takes rows of 4", exception.Message);
    }

    [Fact]
    public void Cosines_AreOutsideTheList()
    {
        var model = Dense(seed: 1, 4, 5, 5, 2);
        var fourier = new Dictionary(5, new StateFeature(5), new FourierFeature(Draw.Gaussian(5, 3, 1), [1, 2, 3]));
        var hybrid = Hybrid(model, Middle, Fitted(model, Middle, fourier, Cube(4, 1), seed: 1));

        var bound = Bound(model, hybrid, Cube(4, 1), Middle);

        Assert.StartsWith("The operator 'Cos' (node '", bound.Refusal, StringComparison.Ordinal);
        Assert.Contains("is outside the list: Gemm, MatMul, Conv, ", bound.Refusal, StringComparison.Ordinal);
        Assert.Empty(bound.Outputs);
    }

    [Fact]
    public void ARegion_ThatIsNotThere_IsNamed()
    {
        var model = Dense(seed: 1, 4, 5, 2);

        var bound = Bound(model, model, Cube(4, 1), new SoundRegion("r", "input", "nowhere"));

        Assert.Equal("'planted' has no tensor 'nowhere' to compare a region at.", bound.Refusal);
    }

    [Fact]
    public void ARegion_TheWrongWayRound_IsNoCut()
    {
        var model = Dense(seed: 1, 4, 5, 2);

        var bound = Bound(model, model, Cube(4, 1), new SoundRegion("r", "activation_1", "dense_1"));

        Assert.Equal(
            "The region 'r' is no cut of 'planted': 'dense_1' depends on 'input' by another way than through "
            + "'activation_1'.", bound.Refusal);
    }

    [Fact]
    public void ABox_BeyondFloat32_HasNoBound()
    {
        var model = Dense(seed: 1, 4, 5, 2);

        var bound = Bound(model, model, Cube(4, 3e38));

        Assert.Contains("beyond what float32 holds", bound.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void ASum_WhosePartsLeaveFloat32_HasNoBound_ThoughTheyCancel()
    {
        var model = Load(
            Layer([[1e20], [1e20]], [0, 0], DenseActivation.None),
            Layer([[1e19, -1e19]], [0], DenseActivation.None));

        var bound = Bound(model, model, Cube(1, radius: 0.5, center: 1.5));

        Assert.Equal(
            "Element 0 of 'output' is a sum whose parts may go beyond what float32 holds on the box.", bound.Refusal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ARegion_ThatEndsInAnotherWidth_HasNoBound(int seed)
    {
        var end = new SoundRegion("r", "activation_2", "activation_3");

        var bound = Bound(Dense(seed: 1, 4, 5, 5, 5, 2), Dense(seed, 4, 5, 5, 6, 2), Cube(4, 1), end);

        Assert.Equal(
            "'activation_3' of 'planted' has another width in 'planted', so they can't be compared there.",
            bound.Refusal);
    }

    [Fact]
    public void Cancelled_ItStops()
    {
        var model = Dense(seed: 1, 4, 5, 2);
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            new SoundBounder(La, new SoundOptions()).Bound(model, model, [], Cube(4, 1), source.Token));
    }
}
