using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class SparseEstimatorTests
{
    private static readonly Complex[] _planted = [new(-0.01, 0.4), new(0, 1.1)];

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_TwoPairsInNoise_KeepsThemAndPredicts(string name)
    {
        var la = Algebras.Get(name);
        var clean = Exponentials.Sum(_planted, Exponentials.Even(60, 1), 10, 1);
        var data = SnapshotData.FromTrajectories(Exponentials.Noisy(clean, 1e-3, 2));

        var fit = new SparseEstimator { MostModes = 4 }.Fit(data, la);

        Assert.Equal(10, new DmdEstimator().Fit(data, la).Rank);
        Assert.Equal(4, fit.Rank);
        Assert.InRange(Exponentials.Worst(_planted, fit.Spectrum.ContinuousEigenvalues(1)), 0, 1e-3);
        Assert.Contains("4 of 10 modes kept at the price", fit.Diagnostics.Warnings[^1], StringComparison.Ordinal);
        Matrices.Close(clean.SelectColumns(1, 20), fit.Predict(clean.SelectColumns(0, 1), 20, la), 0.02);
        Assert.InRange(Matrices.EigenResidual(
            fit.Reduced, fit.Spectrum.Eigenvalues.ToArray(), fit.Spectrum.Vectors), 0, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_AtNoPrice_IsTheFitItWraps(string name)
    {
        var la = Algebras.Get(name);
        var map = Matrix.FromRows([[0.9, 30, 0], [0, 0.6, 0.2], [0, -0.2, 0.6]]);
        var data = SnapshotData.FromTrajectories(Planted.Trajectory(map, Matrix.FromRows([[1], [1], [1]]), 12));

        var (whole, kept) = (new DmdEstimator().Fit(data, la), new SparseEstimator { Price = 0 }.Fit(data, la));

        Assert.Equal(whole.Spectrum.Eigenvalues.ToArray(), kept.Spectrum.Eigenvalues.ToArray());
        var start = Matrices.Gaussian(3, 1, 3);
        Matrices.Close(whole.Predict(start, 8, la), kept.Predict(start, 8, la), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_DelaysDefectiveAndZero_StayFinite(string name)
    {
        var la = Algebras.Get(name);
        var signal = Exponentials.Sum(_planted, Exponentials.Even(40, 1), 1, 1);

        var delayed = new SparseEstimator { Modes = new DmdEstimator { Delays = 6 }, Price = 1e-4 }
            .Fit(SnapshotData.FromTrajectories(signal), la);
        Assert.Equal(4, delayed.Rank);
        Matrices.Close(signal.SelectColumns(6, 20), delayed.Predict(signal.SelectColumns(0, 6), 20, la), 1e-6);

        var jordan = Planted.Trajectory(Matrix.FromRows([[0.9, 1], [0, 0.9]]), Matrix.FromRows([[1], [1]]), 20);
        Guard.Finite(new SparseEstimator().Fit(SnapshotData.FromTrajectories(jordan), la).Reduced, "A");
        Assert.Equal(0, new SparseEstimator().Fit(SnapshotData.FromTrajectories(new Matrix(2, 5)), la).Rank);
    }

    [Fact]
    public void Fit_BadInput_IsRefusedInOneSentence()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var pairs = SnapshotData.FromPairs(new Matrix(2, 3), new Matrix(2, 3));

        Assert.Equal(
            "the data of sparse-dmd was expected to be trajectories without inputs, got pairs in no order",
            Assert.Throws<ShapeMismatchException>(() => new SparseEstimator().Fit(pairs, la)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SparseEstimator { Price = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SparseEstimator { MostModes = 0 });
    }
}
