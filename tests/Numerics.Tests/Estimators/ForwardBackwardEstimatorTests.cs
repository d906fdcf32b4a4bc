using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class ForwardBackwardEstimatorTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_OneFeature_IsTheRatioOfStandardDeviations(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.Gaussian(1, 30, 1);
        var y = Matrices.Gaussian(1, 30, 2);
        Add(y, x, -2);

        var fit = new ForwardBackwardEstimator().Fit(SnapshotData.FromPairs(x, y), la);

        Assert.Equal(-Matrices.Norm(y) / Matrices.Norm(x), fit.Reduced[0, 0], 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NoisyDecay_IsPulledToTheUnitCircle(string name)
    {
        var la = Algebras.Get(name);
        var clean = Planted.Linear(Matrix.FromRows([[0.6]]), 20_000, 3);
        Add(clean.X, Matrices.Gaussian(1, 20_000, 4), 0.5);
        Add(clean.Y, Matrices.Gaussian(1, 20_000, 5), 0.5);

        var fit = new ForwardBackwardEstimator { HoldOut = 0 }.Fit(SnapshotData.FromPairs(clean), la);

        Assert.Equal(Math.Sqrt((0.36 + 0.25) / (1 + 0.25)), fit.Reduced[0, 0], 0.01);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_QuarterTurn_IsFoundThoughItsSquareHasNoRealRootByEigenvectors(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(Rotation(Math.PI / 2, 0.8), 20, 6);

        var fit = new ForwardBackwardEstimator().Fit(SnapshotData.FromPairs(pairs), la);

        Matrices.Close(Rotation(Math.PI / 2, 0.8), Map(fit), 1e-12);
        Assert.Empty(fit.Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NoisyNonNormalMap_IsNearerThanLeastSquares(string name)
    {
        var la = Algebras.Get(name);
        var map = Matrix.FromRows([[0.9, 2, 0], [0, 0.8, 0.5], [0, 0, -0.95]]);
        var pairs = Planted.Linear(map, 2000, 7);
        Add(pairs.X, Matrices.Gaussian(3, 2000, 8), 0.3);
        Add(pairs.Y, Matrices.Gaussian(3, 2000, 9), 0.3);
        var data = SnapshotData.FromPairs(pairs);

        var both = Map(new ForwardBackwardEstimator { HoldOut = 0 }.Fit(data, la));

        var plain = Map(new DmdEstimator { HoldOut = 0 }.Fit(data, la));
        Assert.InRange(Matrices.Distance(map, both), 0, 0.8 * Matrices.Distance(map, plain));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SingularMap_IsLeastSquaresAndSaysSo(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(Matrix.FromRows([[0.9, 0], [0, 0]]), 20, 6);

        var fit = new ForwardBackwardEstimator().Fit(SnapshotData.FromPairs(pairs), la);

        Close(fit.Spectrum.Eigenvalues.Span, 1e-12, 0.9, 0);
        Assert.Equal(
            "the backward operator is singular: this is ordinary least squares",
            Assert.Single(fit.Diagnostics.Warnings));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NoCorrelation_IsLeastSquaresAndSaysSo(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Matrix.FromRows([[1, -1]]), Matrix.FromRows([[1, 1]]));

        var fit = new ForwardBackwardEstimator { HoldOut = 0 }.Fit(data, la);

        Assert.Equal(0, fit.Reduced[0, 0], 1e-15);
        Assert.Equal(
            "some direction of the successors is uncorrelated with the snapshots: this is ordinary least squares",
            Assert.Single(fit.Diagnostics.Warnings));
    }
}
