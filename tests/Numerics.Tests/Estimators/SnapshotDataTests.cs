using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class SnapshotDataTests
{
    private static readonly Matrix _good = Matrix.FromRows([[1, 2, 3], [4, 5, 6]]);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void NonFinite_IsNamedByWhereItStands(double bad)
    {
        var matrix = _good.Copy();
        matrix[1, 2] = bad;
        var number = FormattableString.Invariant($"{bad}");

        var trajectory = Assert.Throws<NonFiniteDataException>(() => SnapshotData.FromTrajectories(_good, matrix));
        var pairs = Assert.Throws<NonFiniteDataException>(() => SnapshotData.FromPairs(_good, matrix));
        var inputs = Assert.Throws<NonFiniteDataException>(
            () => SnapshotData.FromTrajectories(_good) with { Inputs = [matrix] });

        Assert.StartsWith($"feature 1 of snapshot 2 of trajectory 1 holds {number};", trajectory.Message);
        Assert.StartsWith($"feature 1 of successor 2 of the pairs holds {number};", pairs.Message);
        Assert.StartsWith($"feature 1 of column 2 of the matrix of inputs 0 holds {number};", inputs.Message);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1.1e100)]
    [InlineData(1e-300)]
    [InlineData(5e-324)]
    public void Scale_BeyondWhatProductsHold_IsRefusedInOneSentence(double scale)
    {
        var matrix = new Matrix(1, 3, [0, scale, -scale / 2]);

        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => SnapshotData.FromTrajectories(matrix));

        Assert.StartsWith("the largest magnitude of the data lies between 1E-100 and 1E+100, beyond", refused.Message);
        Assert.Equal(scale, refused.ActualValue);
    }

    [Fact]
    public void Scale_SmallBesideLarge_IsFine() =>
        Assert.Equal(1, SnapshotData.FromTrajectories(new Matrix(1, 3, [1, 1e-300, 5e-324])).Width);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void TimeStep_NotPositiveAndFinite_IsRefused(double dt)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(
            () => SnapshotData.FromTrajectories(_good) with { TimeStep = dt });

        Assert.StartsWith("a time step is positive and finite", refused.Message);
    }

    [Theory]
    [InlineData(new[] { 0.0, 1, 1 })]
    [InlineData(new[] { 0, double.NaN, 2 })]
    [InlineData(new[] { 0, 1, double.PositiveInfinity })]
    public void Times_NotAscending_AreRefused(double[] times)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(
            () => SnapshotData.FromTrajectories(_good) with { Times = times });

        Assert.StartsWith("times are finite and ascend, unlike time ", refused.Message);
    }

    [Fact]
    public void Shapes_ThatCannotBeData_AreNamed()
    {
        static string Message(Func<object> make) => Assert.Throws<ShapeMismatchException>(make).Message;

        Assert.Equal(
            "the data was expected to be at least one trajectory of 2 snapshots, got none",
            Message(() => SnapshotData.FromTrajectories()));
        Assert.Equal(
            "the data was expected to be at least one trajectory of 2 snapshots, got 2 x 1",
            Message(() => SnapshotData.FromTrajectories(_good.SelectColumns(0, 1))));
        Assert.Equal(
            "the matrix of trajectory 1 was expected to be 2 x 3, got 3 x 3",
            Message(() => SnapshotData.FromTrajectories(_good, new Matrix(3, 3))));
        Assert.Equal(
            "the data was expected to be at least 1 feature and 1 pair, got 2 x 0",
            Message(() => SnapshotData.FromPairs(new Matrix(2, 0), new Matrix(2, 0))));
        Assert.Equal(
            "the matrix of successors was expected to be 2 x 3, got 2 x 2",
            Message(() => SnapshotData.FromPairs(_good, _good.SelectColumns(0, 2))));
        Assert.Equal(
            "the longest trajectory was expected to be at least 4 snapshots for 3 delays, got 3",
            Message(() => SnapshotData.FromTrajectories(_good).Pairs(3)));
        Assert.Equal(
            "the data was expected to be trajectories, which 2 delays need, got pairs in no order",
            Message(() => SnapshotData.FromPairs(_good, _good).Pairs(2)));
    }

    [Fact]
    public void Pairs_OfSeveralTrajectories_NeverCrossASeam()
    {
        var pairs = SnapshotData.FromTrajectories(_good, _good.SelectColumns(0, 1), _good).Pairs(2);

        Assert.Equal((4, 2), (pairs.X.Rows, pairs.X.Columns));
        Assert.Equal([2, 5, 1, 4], pairs.X.Column(1).ToArray());
        Assert.Equal([3, 6, 2, 5], pairs.Y.Column(1).ToArray());
    }

    [Fact]
    public void PairInputs_ThatDoNotMatch_AreNamed()
    {
        var data = SnapshotData.FromTrajectories(_good) with { Inputs = [new Matrix(1, 2)] };
        var pairs = SnapshotData.FromPairs(new SnapshotPairs(_good, _good)) with { Inputs = [_good, _good] };

        Assert.Equal(
            "the matrix of inputs of trajectory 0 was expected to be 1 x 3, got 1 x 2",
            Assert.Throws<ShapeMismatchException>(() => data.PairInputs(1)).Message);
        Assert.Equal(
            "the list of inputs of pairs was expected to be 1 long, got 2",
            Assert.Throws<ShapeMismatchException>(() => pairs.PairInputs(1)).Message);
    }
}
