using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Fitting;

public sealed class AffineFitterEdgeTests
{
    private static readonly AffineFitOptions _options = new();

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_FewerSnapshotsThanFeatures_IsTheMinimumNormSolutionAndSaysItsRank(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.Gaussian(20, 6, 1);
        var y = Matrices.Product(Matrices.Gaussian(3, 20, 2), x);

        var fromMoments = AffineFitter.Fit(PlantedPairs.Moments(x, y), _options, la);
        var fromFactor = AffineFitter.Fit(PlantedPairs.Factor(x, y, la), _options, la);

        Assert.Equal((5, 5), (fromMoments.Rank.Rank, fromFactor.Rank.Rank));
        Matrices.Close(fromFactor.Slope, fromMoments.Slope, 1e-9);
        Matrices.Close(y, fromMoments.Apply(x, la), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ConstantAndDuplicateRows_GetNoSlopeOfTheirOwn(string name)
    {
        var la = Algebras.Get(name);
        var free = Matrices.Gaussian(2, 30, 3);
        var x = new Matrix(4, 30);
        for (var j = 0; j < 30; j++)
        {
            (x[0, j], x[1, j], x[2, j], x[3, j]) = (free[0, j], free[0, j], 7, free[1, j]);
        }

        var fit = AffineFitter.Fit(PlantedPairs.Moments(x, Sum(x)), _options, la);

        Assert.Equal(2, fit.Rank.Rank);
        Matrices.Close(Matrix.FromRows([[1, 1, 0, 1]]), fit.Slope, 1e-12);
        Assert.Equal(7, fit.Offset.Span[0], 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ConstantInput_IsTheMeanAndNothingElse(string name)
    {
        var la = Algebras.Get(name);
        var y = Matrices.Gaussian(2, 10, 4);
        var moments = PlantedPairs.Moments(new Matrix(3, 10), y);

        var fit = AffineFitter.Fit(moments, _options, la);
        var one = AffineFitter.Fit(
            PlantedPairs.Moments(Matrices.Gaussian(3, 1, 5), y.SelectColumns(0, 1)), _options, la);

        Assert.Equal((0, "the matrix is zero"), (fit.Rank.Rank, fit.Rank.Reason));
        Assert.Equal(moments.AfterMean.ToArray(), fit.Offset.ToArray());
        Assert.Equal(1, fit.ConditionNumber);
        Assert.Equal(0, AffineFitter.Evaluate(fit, moments, la).RSquared!.Value, 1e-12);
        Assert.Equal(y.Column(0).ToArray(), one.Offset.ToArray());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Evaluate_ConstantOutput_HasNoRSquared(string name)
    {
        var la = Algebras.Get(name);
        var moments = PlantedPairs.Moments(Matrices.Gaussian(3, 20, 6), new Matrix(2, 20));

        var evaluation = AffineFitter.Evaluate(AffineFitter.Fit(moments, _options, la), moments, la);

        Assert.Equal((0, null), (evaluation.RelativeError, evaluation.RSquared));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_IllConditionedInput_KeepsMoreDirectionsFromTheFactorThanFromMoments(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.WithSingularValues(3, 200, [1, 1e-3, 1e-9], 7);
        var y = Matrices.Product(Matrices.Gaussian(2, 3, 8), x);
        var options = new AffineFitOptions { RankRule = new RankRule.RelTol(1e-12) };

        var fromFactor = AffineFitter.Fit(PlantedPairs.Factor(x, y, la), options, la);
        var fromMoments = AffineFitter.Fit(PlantedPairs.Moments(x, y), options, la);

        Assert.Equal((3, 2), (fromFactor.Rank.Rank, fromMoments.Rank.Rank));
        Assert.InRange(fromFactor.DigitsLost, 8.5, 9.5);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_HugeData_OverflowsMomentsWithAClearErrorAndLeavesTheFactorGood(string name)
    {
        var la = Algebras.Get(name);
        var x = PlantedPairs.Map(Matrices.Gaussian(2, 20, 9), value => 1e200 * value);
        var a = Matrix.FromRows([[0.5, 1], [2, -1]]);
        var y = Matrices.Product(a, x);

        var error = Assert.Throws<NonFiniteDataException>(
            () => AffineFitter.Fit(PlantedPairs.Moments(x, y), _options, la));
        var fit = AffineFitter.Fit(PlantedPairs.Factor(x, y, la), _options, la);

        Assert.StartsWith("the scatter of the moments to fit holds", error.Message);
        Matrices.Close(a, fit.Slope, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_WrongShapes_AreNamed(string name)
    {
        var la = Algebras.Get(name);
        var good = PlantedPairs.Moments(Matrices.Gaussian(3, 9, 10), Matrices.Gaussian(2, 9, 11));
        var fit = AffineFitter.Fit(good, _options, la);

        Assert.Equal(
            "the scatter of the moments to fit was expected to be 5 x 5, got 4 x 4",
            Assert.Throws<ShapeMismatchException>(
                () => AffineFitter.Fit(good with { Scatter = new Matrix(4, 4) }, _options, la)).Message);
        Assert.Equal(
            "the snapshots to map was expected to be 3 x 1, got 4 x 1",
            Assert.Throws<ShapeMismatchException>(() => fit.Apply(new Matrix(4, 1), la)).Message);
        Assert.Equal(
            "the hold-out pairs was expected to be 3 -> 2 wide, got 2 -> 3 wide",
            Assert.Throws<ShapeMismatchException>(
                () => AffineFitter.Evaluate(fit, good with { BeforeWidth = 2, AfterWidth = 3 }, la)).Message);
        Assert.StartsWith(
            "the moments to fit hold 0 snapshots, at least one was expected",
            Assert.Throws<ArgumentException>(() => AffineFitter.Fit(good with { Count = 0 }, _options, la)).Message);
        Assert.StartsWith(
            "the alignment was expected to have orthonormal columns, V'V differs from I by 3",
            Assert.Throws<ArgumentException>(() => AffineFitter.Fit(
                good, _options with { Alignment = Matrix.FromRows([[2], [0], [0]]) }, la)).Message);
    }

    private static Matrix Sum(Matrix x)
    {
        var y = new Matrix(1, x.Columns);
        for (var j = 0; j < x.Columns; j++)
        {
            y[0, j] = (2 * x[0, j]) + x[2, j] + x[3, j];
        }

        return y;
    }
}
