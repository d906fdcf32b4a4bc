using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Fitting;

public sealed class AffineFitterTests
{
    private static readonly AffineFitOptions _options = new();

    public static TheoryData<string, int, int> Sizes => Algebras.With((1, 1), (2, 1), (5, 2), (10, 5), (50, 10));

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_LinearMap_RecoversIt(string name)
    {
        var la = Algebras.Get(name);
        var a = Matrix.FromRows([[0.9, 0.2], [0, 0.5]]);
        var x = Matrices.Gaussian(2, 50, 1);
        var y = Matrices.Product(a, x);

        var fromMoments = AffineFitter.Fit(PlantedPairs.Moments(x, y), _options, la);
        var fromFactor = AffineFitter.Fit(PlantedPairs.Factor(x, y, la), _options, la);

        Matrices.Close(a, fromMoments.Slope, 1e-12);
        Matrices.Close(a, fromFactor.Slope, 1e-13);
        Assert.All(fromMoments.Offset.ToArray(), value => Assert.Equal(0, value, 1e-13));
        Assert.Equal(fromFactor.DigitsLost * 2, fromMoments.DigitsLost, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Fit_AffineMapOfAnySize_LeavesNoResidual(string name, int n, int p)
    {
        var la = Algebras.Get(name);
        var a = Matrices.Gaussian(p, n, 3);
        var b = Enumerable.Range(0, p).Select(i => 1.0 + i).ToArray();
        var x = Matrices.Gaussian(n, (3 * n) + 2, 4);
        var y = PlantedPairs.Affine(a, x, b);
        var factor = PlantedPairs.Factor(x, y, la);

        var fit = AffineFitter.Fit(factor, _options, la);

        Matrices.Close(a, fit.Slope, 1e-12);
        Matrices.Close(y, fit.Apply(x, la), 1e-12);
        Matrices.OrthonormalColumns(fit.Basis);
        Assert.InRange(AffineFitter.Evaluate(fit, factor, la).RelativeError, 0, 1e-13);
        Assert.InRange(AffineFitter.Evaluate(fit, PlantedPairs.Moments(x, y), la).RelativeError, 0, 1e-7);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Evaluate_NonlinearMap_IsTheErrorOfThePredictions(string name)
    {
        var la = Algebras.Get(name);
        var (x, held) = (Matrices.Gaussian(4, 60, 5), Matrices.Gaussian(4, 30, 6));
        var (y, heldY) = (Curve(x), Curve(held));
        var fit = AffineFitter.Fit(PlantedPairs.Moments(x, y), _options, la);
        var expected = PlantedPairs.RelativeError(heldY, fit.Apply(held, la));

        var moments = AffineFitter.Evaluate(fit, PlantedPairs.Moments(held, heldY), la);
        var factor = AffineFitter.Evaluate(fit, PlantedPairs.Factor(held, heldY, la), la);

        Assert.InRange(expected, 0.1, 0.9);
        Assert.Equal(expected, moments.RelativeError, 1e-12);
        Assert.Equal(expected, factor.RelativeError, 1e-12);
        Assert.Equal(moments.RSquared!.Value, factor.RSquared!.Value, 1e-12);
        Assert.InRange(moments.RSquared.Value, 0, 1);
    }

    [Theory]
    [InlineData("openblas", 0.0)]
    [InlineData("managed", 0.0)]
    [InlineData("openblas", 0.01)]
    [InlineData("managed", 0.01)]
    public void Fit_LeakyReluOfNormalInputs_HasTheClosedFormSlopeAndOffset(string name, double leak)
    {
        var la = Algebras.Get(name);
        var x = NormalGrid(20_000);
        var y = PlantedPairs.Map(x, value => value > 0 ? value : leak * value);

        var fit = AffineFitter.Fit(PlantedPairs.Moments(x, y), _options, la);

        Assert.Equal((1 + leak) / 2, fit.Slope[0, 0], 1e-6);
        Assert.Equal((1 - leak) / Math.Sqrt(2 * Math.PI), fit.Offset.Span[0], 1e-4);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ReluNetworkInOneActiveCell_IsTheProductOfItsWeights(string name)
    {
        var la = Algebras.Get(name);
        var (w1, w2, w3) = (Matrices.Gaussian(6, 4, 7), Matrices.Gaussian(5, 6, 8), Matrices.Gaussian(3, 5, 9));
        var b = Enumerable.Repeat(100.0, 6).ToArray();
        var x = Matrices.Gaussian(4, 40, 10);
        var hidden = PlantedPairs.Map(PlantedPairs.Affine(w1, x, b), Relu);
        var second = PlantedPairs.Map(PlantedPairs.Affine(w2, hidden, [.. Enumerable.Repeat(1000.0, 5)]), Relu);

        var fit = AffineFitter.Fit(PlantedPairs.Moments(x, Matrices.Product(w3, second)), _options, la);

        Matrices.Close(Matrices.Product(w3, Matrices.Product(w2, w1)), fit.Slope, 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_Aligned_IsTheFitOfTheAlignedSnapshots(string name)
    {
        var la = Algebras.Get(name);
        var (x, v) = (Matrices.Gaussian(6, 50, 11), Matrices.Orthonormal(6, 2, 12));
        var y = Curve(x);
        var aligned = Matrices.Product(v.Transpose(), x);
        var options = _options with { Alignment = v };

        var fromMoments = AffineFitter.Fit(PlantedPairs.Moments(x, y), options, la);
        var fromFactor = AffineFitter.Fit(PlantedPairs.Factor(x, y, la), options, la);
        var direct = AffineFitter.Fit(PlantedPairs.Moments(aligned, y), _options, la);

        Matrices.Close(Matrices.Product(direct.Slope, v.Transpose()), fromMoments.Slope, 1e-12);
        Matrices.Close(fromMoments.Slope, fromFactor.Slope, 1e-12);
        Matrices.Close(fromMoments.ReducedSlope, Matrices.Product(fromMoments.Slope, fromMoments.Basis), 1e-12);
        Assert.Equal(2, fromMoments.Rank.Rank);
    }

    private static Matrix Curve(Matrix x) =>
        PlantedPairs.Affine(Matrices.Gaussian(3, x.Rows, 13), PlantedPairs.Map(x, Relu), 0.5, -1, 2);

    private static double Relu(double value) => Math.Max(0, value);

    /// <summary>Symmetric midpoint quantiles of the standard normal law.</summary>
    private static Matrix NormalGrid(int count)
    {
        var x = new Matrix(1, count);
        for (var j = 0; j < count / 2; j++)
        {
            x[0, j] = MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, (j + 0.5) / count);
            x[0, count - 1 - j] = -x[0, j];
        }

        return x;
    }
}
