using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Fitting;

public sealed class LowRankAffineTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_RankOneInTwoOutputs_IsTheBestOfAllDirections(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = Data(3, 2);
        var moments = PlantedPairs.Moments(x, y);
        var full = AffineFitter.Fit(moments, new AffineFitOptions(), la);
        var fitted = full.Apply(x, la);

        var stand = LowRankAffine.Of(full, moments, 1, la);

        // Any slope of rank one maps into a line through the mean; the best on a given line projects the fitted values.
        var best = Enumerable.Range(0, 20_000)
            .Min(i => Matrices.Distance(y, OnLine(fitted, moments.Mean.AsSpan(3), i * Math.PI / 20_000)));
        Assert.Equal(best, Matrices.Distance(y, stand.Apply(x, la)), 1e-6);
        Assert.Equal(1, stand.Rank.Rank);
        Assert.InRange(la.SingularValues(stand.Slope)[1], 0, 1e-14);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_GrowingRank_GrowsIntoTheFullFit(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = Data(5, 4);
        var moments = PlantedPairs.Moments(x, y);
        var full = AffineFitter.Fit(moments, new AffineFitOptions(), la);

        var errors = Enumerable.Range(0, 6)
            .Select(k => Matrices.Distance(y, LowRankAffine.Of(full, moments, k, la).Apply(x, la))).ToArray();

        Assert.All(Enumerable.Range(1, 4), k => Assert.True(errors[k] < errors[k - 1]));
        Assert.Equal(errors[4], errors[5]);
        Matrices.Close(full.Slope, LowRankAffine.Of(full, moments, 4, la).Slope, 1e-12);
        Assert.Equal(moments.AfterMean.ToArray(), LowRankAffine.Of(full, moments, 0, la).Offset.ToArray());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_RandomRivalsOfTheSameRank_AreNeverBetter(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = Data(4, 5);
        var moments = PlantedPairs.Moments(x, y);
        var full = AffineFitter.Fit(moments, new AffineFitOptions(), la);
        var error = Matrices.Distance(y, LowRankAffine.Of(full, moments, 2, la).Apply(x, la));

        for (var seed = 0; seed < 50; seed++)
        {
            var p = Matrices.Orthonormal(5, 2, seed);
            var slope = Matrices.Product(p, Matrices.Product(p.Transpose(), full.Slope));
            var mapped = Matrices.Product(slope, new Matrix(4, 1, moments.BeforeMean.ToArray()));
            var offset = Enumerable.Range(0, 5).Select(i => moments.AfterMean[i] - mapped[i, 0]).ToArray();

            Assert.True(Matrices.Distance(y, PlantedPairs.Affine(slope, x, offset)) >= error - 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_OtherWidths_AreRefused(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = Data(3, 2);
        var fit = AffineFitter.Fit(PlantedPairs.Moments(x, y), new AffineFitOptions(), la);

        var error = Assert.Throws<ShapeMismatchException>(
            () => LowRankAffine.Of(fit, PlantedPairs.Moments(y, x), 1, la));

        Assert.Equal("the moments was expected to be 3 -> 2 wide, got 2 -> 3 wide", error.Message);
    }

    private static (Matrix X, Matrix Y) Data(int n, int p)
    {
        var x = PlantedPairs.Map(Matrices.Gaussian(n, 40, 1), value => value + 0.3);
        var y = PlantedPairs.Map(Matrices.Product(Matrices.Gaussian(p, n, 2), x), Math.Tanh);
        return (x, y);
    }

    private static Matrix OnLine(Matrix fitted, ReadOnlySpan<double> mean, double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        var result = new Matrix(2, fitted.Columns);
        for (var j = 0; j < fitted.Columns; j++)
        {
            var along = (cos * (fitted[0, j] - mean[0])) + (sin * (fitted[1, j] - mean[1]));
            (result[0, j], result[1, j]) = (mean[0] + (cos * along), mean[1] + (sin * along));
        }

        return result;
    }
}
