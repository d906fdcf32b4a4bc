using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.StandIns;

public sealed class LiftTests
{
    [Theory]
    [InlineData("affine", 10, "x")]
    [InlineData("relu", 10, "x+relu:64")]
    [InlineData("relu", 100, "x+relu:200")]
    [InlineData("relu", 5000, "x+relu:2048")]
    [InlineData("pairs", 10, "x+relu:64")]
    [InlineData("pairs:9", 3, "x+relu:9")]
    [InlineData("rff", 50, "x+rff:100")]
    [InlineData("poly", 4, "x+poly:2")]
    [InlineData("abs + relu:7", 3, "x+abs+relu:7")]
    [InlineData("affine+hermite:3+poly:3:9", 3, "x+hermite:3+poly:3:9")]
    public void Parse_Lift_NamesItsObservables(string text, int width, string observables)
    {
        var la = Algebras.Get("managed");
        var lift = Lift.Parse(text, width);

        var bound = lift.Bind(Matrices.Gaussian(width, 20, 1), 0, la);

        Assert.Equal(observables, bound.ToString());
        Assert.Equal(bound.Count, lift.MostObservables(width, la));
    }

    [Theory]
    [InlineData("delay", 10)]
    [InlineData("delay:3+poly:2", 3)]
    [InlineData("relu", null)]
    public void Parse_Delay_SaysHowManyLayersToTrain(string text, int? layers) =>
        Assert.Equal(layers, Lift.Parse(text, 4).Delays);

    [Theory]
    [InlineData("", "\"\" in the lift \"\" is not known; known are "
        + "affine, relu, pairs, abs, rff, poly, rbf, tps, hermite and delay")]
    [InlineData("affine:2", "\"affine:2\" in the lift \"affine:2\" is not known; known are "
        + "affine, relu, pairs, abs, rff, poly, rbf, tps, hermite and delay")]
    [InlineData("seed:3", "\"seed:3\" in the lift \"seed:3\" is not known; known are "
        + "affine, relu, pairs, abs, rff, poly, rbf, tps, hermite and delay")]
    [InlineData("relu:5+relu:6", "\"relu\" comes twice in the lift \"relu:5+relu:6\"")]
    [InlineData("delay:65", "\"delay:65\" was expected to name 1 to 64 layers")]
    [InlineData("pairs:x", "\"pairs:x\" was expected to name 1 to 16384 directions")]
    [InlineData("relu:0", "\"relu:0\" was expected to name a count from 1 to 16384")]
    [InlineData("poly:1", "\"poly:1\" was expected to name a degree from 2 to 64")]
    [InlineData("rbf", "\"rbf\" in the lift \"rbf\" is not known; known are "
        + "affine, relu, pairs, abs, rff, poly, rbf, tps, hermite and delay")]
    public void Parse_WrongText_SaysWhatIsWrong(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ObservablesException>(() => Lift.Parse(text, 4)).Message);

    [Fact]
    public void Parse_TooLong_IsRefused() => Assert.Equal(
        "a lift is spelled in at most 256 letters, got 300",
        Assert.Throws<ObservablesException>(() => Lift.Parse(new string('x', 300), 4)).Message);

    // All states on one line through the plane: every direction is along it, or its opposite.
    [Fact]
    public void Pairs_OfStatesOnALine_LookAlongIt()
    {
        var states = Matrix.FromRows([[0, 3, 6, 9, 3], [0, 4, 8, 12, 4]]);

        var feature = (ReluFeature)Lift.Parse("pairs:40", 2).Bind(states, 3, Algebras.Get("managed")).Features[1];

        for (var k = 0; k < 40; k++)
        {
            var (x, y) = (feature.Directions[0, k], feature.Directions[1, k]);
            Assert.Equal(0, (x * 0.8) - (y * 0.6), 1e-12);
            Assert.True(Math.Abs((x * x) + (y * y) - 1) < 1e-12 || (x, y) == (0, 0));
        }
    }

    [Fact]
    public void BarePoly_OfAWideCut_AsksForADegree()
    {
        var la = Algebras.Get("managed");
        var fitter = new StandInFitter(784, 1, [Lift.Parse("poly", 784)], new StandInOptions(), la);

        Assert.Equal(
            "poly of 784 coordinates makes 308505 observables, more than the 4096 it takes unasked; name the degree "
            + "(poly:2), or how many as well (poly:2:1000)",
            fitter.Refusal(0));
    }

    [Fact]
    public void Trained_ChainOfAnotherLength_IsRefused()
    {
        var chain = new ReluChainFeature([Matrix.Identity(2)], [new double[2]]);

        var error = Assert.Throws<ArgumentException>(() => Lift.Parse("delay:3", 2).Trained(chain));

        Assert.StartsWith("the lift delay:3 takes a chain of 3 layers, got 1", error.Message, StringComparison.Ordinal);
    }

    // z_1 = max(W_1 x + b_1, 0), z_2 = max(W_2 z_1 + b_2, 0), psi = [x; z_1; z_2; |x|].
    [Fact]
    public void Trained_Chain_TakesThePlaceOfTheDelays()
    {
        var la = Algebras.Get("managed");
        var chain = new ReluChainFeature(
            [Matrix.FromRows([[1, 0], [0, -1]]), Matrix.FromRows([[1, 1], [1, -1]])], [[0, 0], [0.5, 0]]);

        var bound = Lift.Parse("delay:2+abs", 2).Trained(chain).Bind(Matrices.Gaussian(2, 5, 2), 0, la);

        Assert.Equal([2, -3, 2, 3, 5.5, 0, 2, 3], bound.Lift(Matrix.FromRows([[2], [-3]]), la).AsSpan().ToArray());
    }
}
