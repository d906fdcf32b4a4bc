using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class TotalLeastSquaresEstimatorTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_T20NoisyRotation_IsUnbiasedWhereLeastSquaresShrinks(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(NoisyTrajectory(Rotation(0.3), 20_000, 0.3, 7));
        double Modulus(PairEstimator estimator) => estimator.Fit(data, la).Spectrum.Eigenvalues.Span[0].Magnitude;

        Assert.Equal(0.5 / (0.5 + 0.09), Modulus(new DmdEstimator { HoldOut = 0 }), 0.01);
        Assert.Equal(1, Modulus(new TotalLeastSquaresEstimator { HoldOut = 0 }), 0.005);
        Assert.Equal(1, Modulus(new ForwardBackwardEstimator { HoldOut = 0 }), 0.005);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_OneFeature_IsTheOrthogonalRegressionOfDeming(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(1, 30, 1), Matrices.Gaussian(1, 30, 2));
        Add(y, x, 0.8);
        var (xx, xy, yy) = (MatrixParts.Inner(x, x), MatrixParts.Inner(x, y), MatrixParts.Inner(y, y));

        var fit = new TotalLeastSquaresEstimator().Fit(SnapshotData.FromPairs(x, y), la);

        var slope = (yy - xx + Math.Sqrt(Math.Pow(yy - xx, 2) + (4 * xy * xy))) / (2 * xy);
        Assert.Equal(slope, fit.Reduced[0, 0], 1e-12);
        Assert.Equal("s > 1E-08 s1, capped at 1 (of [X; Y])", fit.Diagnostics.Rank.Reason);
        Assert.Empty(fit.Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ManyNoisySensors_NeedTheRankOfTheSignal(string name)
    {
        var la = Algebras.Get(name);
        var states = Planted.Trajectory(Rotation(0.3), Matrix.FromRows([[1], [0]]), 401);
        var seen = Matrices.Product(Matrices.Orthonormal(12, 2, 3), states);
        Add(seen, Matrices.Gaussian(12, 401, 4), 0.3);
        var data = SnapshotData.FromTrajectories(seen);

        var tls = new TotalLeastSquaresEstimator { RankRule = new RankRule.Fixed(2), HoldOut = 0 }.Fit(data, la);
        var plain = new DmdEstimator { RankRule = new RankRule.Fixed(2), HoldOut = 0 }.Fit(data, la);

        var truth = Complex.FromPolarCoordinates(1, 0.3);
        Close(tls.Spectrum.Eigenvalues.Span, 0.01, truth, Complex.Conjugate(truth));
        Assert.InRange(plain.Spectrum.Eigenvalues.Span[0].Magnitude, 0.8, 0.9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NothingToCut_IsLeastSquaresAndSaysSo(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Noisy(8, 5, 0.1, 9);

        var fit = new TotalLeastSquaresEstimator().Fit(SnapshotData.FromPairs(pairs), la);

        var plain = new DmdEstimator().Fit(SnapshotData.FromPairs(pairs), la);
        Matrices.Close(Map(plain), Map(fit), 1e-10);
        Assert.Equal(
            "the rank rule kept all 5 directions of [X; Y]: this is ordinary least squares",
            Assert.Single(fit.Diagnostics.Warnings));
    }
}
