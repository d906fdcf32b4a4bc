using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class MeasurePreservingEstimatorTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NoisyNonNormalData_HasEigenvaluesOnTheUnitCircleAndKeepsTheEnergy(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(Matrix.FromRows([[0.9, 5, 0], [0, 0.5, 1], [0, 0, 2]]), 40, 1);
        Add(pairs.Y, Matrices.Gaussian(3, 40, 2), 0.1);

        var fit = new MeasurePreservingEstimator().Fit(SnapshotData.FromPairs(pairs), la);

        Assert.All(fit.Spectrum.Eigenvalues.ToArray(), value => Assert.Equal(1, value.Magnitude, 1e-12));
        var gram = Matrices.Product(pairs.X, pairs.X.Transpose());
        Matrices.Close(gram, Matrices.Product(Matrices.Product(Map(fit), gram), Map(fit).Transpose()), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SnapshotsOfConditionOneE10_StayOnTheUnitCircle(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.WithSingularValues(4, 40, [1, 1e-3, 1e-7, 1e-10], 3);
        var data = SnapshotData.FromPairs(x, Matrices.Product(Matrices.Orthonormal(4, 4, 4), x));

        var fit = new MeasurePreservingEstimator { RankRule = new RankRule.RelTol(1e-13) }.Fit(data, la);

        Assert.Equal(4, fit.Rank);
        Assert.All(fit.Spectrum.Eigenvalues.ToArray(), value => Assert.Equal(1, value.Magnitude, 1e-12));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_RotationSeenThroughASkewLens_IsTheMapAndNotItsTranspose(string name)
    {
        var la = Algebras.Get(name);
        var lens = Matrix.FromRows([[1, 3], [0, 2]]);
        var z = Matrices.Orthonormal(20, 2, 5).Transpose();
        var pairs = new SnapshotPairs(
            Matrices.Product(lens, z), Matrices.Product(lens, Matrices.Product(Rotation(0.3), z)));

        var fit = new MeasurePreservingEstimator().Fit(SnapshotData.FromPairs(pairs), la);

        Matrices.Close(pairs.Y, Matrices.Product(Map(fit), pairs.X), 1e-12);
        var truth = Complex.FromPolarCoordinates(1, 0.3);
        Close(fit.Spectrum.Eigenvalues.Span, 1e-12, truth, Complex.Conjugate(truth));
        Assert.All(fit.Spectrum.Residuals.ToArray(), r => Assert.InRange(r, 0, 1e-12));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_CircleRotationInFourierObservables_HasItsFrequencies(string name)
    {
        var la = Algebras.Get(name);
        var orbit = new Matrix(4, 60);
        for (var k = 0; k < 60; k++)
        {
            var angle = 0.2 + (Math.Sqrt(2) * k);
            (orbit[0, k], orbit[1, k]) = (Math.Cos(angle), Math.Sin(angle));
            (orbit[2, k], orbit[3, k]) = (Math.Cos(2 * angle), Math.Sin(2 * angle));
        }

        var fit = new MeasurePreservingEstimator().Fit(SnapshotData.FromTrajectories(orbit), la);

        Assert.All(fit.Spectrum.Eigenvalues.ToArray(), value => Assert.Equal(1, value.Magnitude, 1e-12));
        var angles = fit.Spectrum.Eigenvalues.ToArray().Select(value => Math.Abs(value.Phase)).Order().ToArray();
        var (one, two) = (Math.Sqrt(2), 2 * Math.Sqrt(2));
        Assert.Equal([one, one, two, two], angles, (a, b) => Math.Abs(a - b) < 0.01);
    }
}
