using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class DmdEstimatorTests
{
    private static readonly Matrix _map = Matrix.FromRows([[0.9, 0.2], [0, 0.5]]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_T1LinearMap_RecoversItAndPredicts(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(_map, 50, 1);

        foreach (var projected in (bool[])[false, true])
        {
            var fit = new DmdEstimator { Projected = projected }.Fit(SnapshotData.FromPairs(pairs), la);

            Close(fit.Spectrum.Eigenvalues.Span, 1e-12, 0.9, 0.5);
            Assert.All(fit.Spectrum.Residuals.ToArray(), r => Assert.InRange(r, 0, 1e-12));
            Assert.InRange(fit.Diagnostics.HoldOutError!.Value, 0, 1e-12);
            Assert.Equal(50, fit.Diagnostics.Pairs);
            var start = Matrix.FromRows([[1], [2]]);
            var expected = Planted.Trajectory(_map, start, 6);
            var predicted = fit.Predict(start, 5, la);
            Matrices.Close(expected.SelectColumns(1, 5), predicted, 1e-12);
            Assert.Equal(predicted.Column(4).ToArray(), fit.PredictAt(start, 5, la), (a, b) => Math.Abs(a - b) < 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_T9DelaysOfALinearMap_KeepThreeDirections(string name)
    {
        var la = Algebras.Get(name);
        var a = Matrix.FromRows([[.9, .2, 0], [0, .5, .1], [0, 0, .7]]);
        var starts = Matrices.Gaussian(3, 6, 2);
        Matrix[] trajectories =
            [.. Enumerable.Range(0, 6).Select(t => Planted.Trajectory(a, starts.SelectColumns(t, 1), 8))];

        var fit = new DmdEstimator { Delays = 3 }.Fit(SnapshotData.FromTrajectories(trajectories), la);

        Close(fit.Spectrum.Eigenvalues.Span, 1e-10, 0.9, 0.7, 0.5);
        var next = fit.Predict(trajectories[0].SelectColumns(0, 3), 5, la);
        Matrices.Close(trajectories[0].SelectColumns(3, 5), next, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_AffineObservables_HaveTheFixedPointAsAMode(string name)
    {
        var la = Algebras.Get(name);
        var states = new Matrix(1, 20);
        for (var k = 0; k < 20; k++)
        {
            states[0, k] = 2 + (3 * Math.Pow(0.8, k));
        }

        var fit = new DmdEstimator { Observables = ObservablesSpec.Affine }
            .Fit(SnapshotData.FromTrajectories(states), la);

        Close(fit.Spectrum.Eigenvalues.Span, 1e-10, 1, 0.8);
        Assert.Equal(2, fit.Spectrum.Importance.Span[0], 1e-9);
        Assert.Equal(3, fit.Spectrum.Importance.Span[1], 1e-9);
        Assert.Equal(2 + (3 * Math.Pow(0.8, 100)), fit.PredictAt(states.SelectColumns(0, 1), 100, la)[0], 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void DataResiduals_OfAFullBasis_TellSignalFromNoiseWhereResidualsCannot(string name)
    {
        var x = Matrices.Gaussian(2, 400, 3);
        var y = Matrices.Gaussian(2, 400, 4);
        for (var j = 0; j < 400; j++)
        {
            y[0, j] = 0.9 * x[0, j];
        }

        var fit = new DmdEstimator().Fit(SnapshotData.FromPairs(x, y), Algebras.Get(name));

        // x_1 is an eigenfunction to rounding; y_2 has nothing to do with x at all.
        Assert.Equal(0.9, fit.Spectrum.Eigenvalues.Span[0].Real, 1e-12);
        Assert.All(fit.Spectrum.Residuals.ToArray(), r => Assert.InRange(r, 0, 1e-12));
        Assert.InRange(fit.Spectrum.DataResiduals.Span[0], 0, 1e-12);
        Assert.InRange(fit.Spectrum.DataResiduals.Span[1], 0.7, 1.3);
    }

    private static void Close(ReadOnlySpan<Complex> actual, double tolerance, params Complex[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(0, Complex.Abs(expected[i] - actual[i]), tolerance);
        }
    }
}
