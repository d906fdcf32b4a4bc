using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Depth;

namespace KoopmanMesh.Numerics.Tests.Training.Depth;

public sealed class DepthAdviceTests
{
    // exp(diag(-1.2, -0.3)) turned by 0.4: methods T30.
    private static readonly Matrix _flow = Matrices.Product(
        Matrices.Product(Turn(0.4), Matrix.FromRows([[Math.Exp(-1.2), 0], [0, Math.Exp(-0.3)]])), Turn(-0.4));

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_T30FlowMap_NeedsFourLayers(string name)
    {
        var x = Matrices.Gaussian(2, 50, 1);

        var advice = Advise(x, Matrices.Product(_flow, x), new DepthOptions(), Algebras.Get(name));

        Assert.Equal(4, advice.Layers);

        // exp(-0.3)^16 is the first power below 1/100.
        Assert.Equal(16, advice.ContractionLayers);
        Assert.Equal(
            [Math.Exp(-1.2), Math.Exp(-0.3), 1], advice.Modes.Select(mode => mode.Eigenvalue.Real),
            (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal((0, 0, 50L), (advice.Untrusted, advice.Vanishing, advice.Rows));
        Assert.Equal(1, advice.Explained, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_NarrowerOutputs_ArePaddedAndThePadIsNoDepth(string name)
    {
        // (x1, x2, x3) → exp of the first two: padded, a third eigenvalue is zero.
        var x = Matrices.Gaussian(3, 60, 2);
        var narrow = Matrix.FromRows([[_flow[0, 0], _flow[0, 1], 0], [_flow[1, 0], _flow[1, 1], 0]]);

        var advice = Advise(x, Matrices.Product(narrow, x), new DepthOptions(), Algebras.Get(name));

        Assert.Equal((4, 1), (advice.Layers, advice.Vanishing));
    }

    [Fact]
    public void Of_DictionaryThatTheMapLeaves_TrustsOnlyWhatStaysInIt()
    {
        // z → diag(exp(-0.1), exp(-0.3)) z with x2 = z2 + z1² / 2: of all quadratics in x the map keeps 1, x and z1².
        var (x, y) = (Matrices.Gaussian(2, 400, 4), new Matrix(2, 400));
        for (var j = 0; j < 400; j++)
        {
            var (z1, z2) = (x[0, j], x[1, j] - (x[0, j] * x[0, j] / 2));
            (y[0, j], y[1, j]) = (Math.Exp(-0.1) * z1, (Math.Exp(-0.3) * z2) + (Math.Exp(-0.2) * z1 * z1 / 2));
        }

        var advice = Advise(
            x, y, new DepthOptions { Change = 0.1, Dictionary = "poly:2" }, Algebras.Get("managed"));

        Assert.Equal((3, 2), (advice.Layers, advice.Untrusted));
        Assert.Equal(
            [Math.Exp(-0.3), Math.Exp(-0.2), Math.Exp(-0.1), 1], advice.Modes.Select(mode => mode.Eigenvalue.Real),
            (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Of_HalfTheChange_NeedsTwiceTheLayers()
    {
        var x = Matrices.Gaussian(2, 50, 1);
        var y = Matrices.Product(_flow, x);

        Assert.Equal(8, Advise(x, y, new DepthOptions { Change = 0.15 }, Algebras.Get("managed")).Layers);
        Assert.Equal(
            8, Advise(x, y, new DepthOptions { Tolerance = 0.1 }, Algebras.Get("managed")).ContractionLayers);
    }

    [Fact]
    public void Of_MapBeyondTheDictionary_SaysHowLittleIsExplained()
    {
        // |x| about 0 has no linear part: an affine fit explains nothing, with the feature itself everything.
        var x = Matrices.Gaussian(1, 4000, 3);
        var y = new Matrix(1, 4000, Array.ConvertAll(x.AsSpan().ToArray(), Math.Abs));

        Assert.Equal(0, Advise(x, y, new DepthOptions(), Algebras.Get("managed")).Explained, 0.03);
        Assert.Equal(
            1, Advise(x, y, new DepthOptions { Dictionary = "abs" }, Algebras.Get("managed")).Explained, 1e-9);
    }

    /// <summary>
    /// y = x / 2 + 0.01 n(x), n orthogonal to x and the constant: of phi = x the residual is 0.01 ||n|| / ||x||, and
    /// log lambda is as uncertain as that is of lambda.
    /// </summary>
    [Fact]
    public void Of_KnownNoise_ModesCarryTheirResidualRelativeToTheEigenvalue()
    {
        var x = new Matrix(1, 8, [1, 1, 1, 1, -1, -1, -1, -1]);
        var y = new Matrix(1, 8, [.. x.AsSpan().ToArray().Select((v, j) => (0.5 * v) + (j % 2 == 0 ? 0.01 : -0.01))]);

        var slack = Advise(x, y, new DepthOptions { Residual = 0.021 }, Algebras.Get("managed"));
        var strict = Advise(x, y, new DepthOptions { Residual = 0.019 }, Algebras.Get("managed"));

        Assert.Equal(0.02, slack.Modes.Single(mode => mode.Eigenvalue.Real < 0.9).Residual, 1e-12);
        Assert.Equal((0, 1), (slack.Untrusted, strict.Untrusted));
    }

    [Fact]
    public void BadInput_IsNamed()
    {
        Assert.Equal(
            "the matrix of outputs was expected to be 2 x 5, got 2 x 4",
            Assert.Throws<ShapeMismatchException>(() => Advise(
                new Matrix(2, 4), new Matrix(2, 4), new DepthOptions(), Algebras.Get("managed"))).Message);
        Assert.Equal(
            "the matrix of outputs was expected to be 2 x 50, got 2 x 49",
            Assert.Throws<ShapeMismatchException>(() => Advise(
                new Matrix(2, 50), new Matrix(2, 49), new DepthOptions(), Algebras.Get("managed"))).Message);
        Assert.Throws<ObservablesException>(() => Advise(
            Matrices.Gaussian(2, 50, 1), Matrices.Gaussian(2, 50, 2), new DepthOptions { Dictionary = "no" },
            Algebras.Get("managed")));
        Assert.StartsWith(
            "the tolerance lies in (0, 1)",
            Assert.Throws<ArgumentOutOfRangeException>(() => new DepthOptions { Tolerance = 1 }).Message);
        Assert.StartsWith(
            "the change of a layer is positive",
            Assert.Throws<ArgumentOutOfRangeException>(() => new DepthOptions { Change = 0 }).Message);
        Assert.StartsWith(
            "the directions kept are 1 to 1024",
            Assert.Throws<ArgumentOutOfRangeException>(() => new DepthOptions { Rank = 0 }).Message);
    }

    private static DepthAdvice Advise(Matrix x, Matrix y, DepthOptions options, ILinearAlgebra la) =>
        DepthAdvice.Of(x, y, options, la, TestContext.Current.CancellationToken);

    private static Matrix Turn(double angle) => Matrix.FromRows([
        [Math.Cos(angle), -Math.Sin(angle)], [Math.Sin(angle), Math.Cos(angle)]]);
}
