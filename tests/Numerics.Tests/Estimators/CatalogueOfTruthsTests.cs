using System.Numerics;

using KoopmanMesh.Numerics.Determinants;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>
/// The analytic cases of methods.md, section T, by number, through the one contract of all estimators. T1 and T9 are in
/// DmdEstimatorTests, T20 in TotalLeastSquaresEstimatorTests, T10, T11, T13 and T16 in EdmdTests, T17 in PitfallTests.
/// </summary>
public sealed class CatalogueOfTruthsTests
{
    private static readonly Matrix _map = Matrix.FromRows([[0.9, 0.2], [0, 0.5]]);

    [Theory]
    [MemberData(nameof(EveryOneOnAll), MemberType = typeof(RegressionProblems))]
    public void T2_RotationOfTenSteps_IsFoundByEveryMethodWhoseFamilyHoldsIt(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var orbit = Planted.Trajectory(Rotation(0.3), Matrix.FromRows([[1], [0]]), 11);
        var data = SnapshotData.FromTrajectories(orbit) with
        {
            Inputs = estimator.TakesInputs ? [Matrices.Gaussian(1, 11, 1)] : null,
        };

        var fit = estimator.Fit(data, la);

        var values = fit.Spectrum.Eigenvalues.Span;
        if (method is "symmetric" or "skew")
        {
            // cos(0.3) I and sin(0.3) J, the parts of a rotation, but for ten states being no full turn.
            Assert.All(values.ToArray(), v => Assert.Equal(0, method == "skew" ? v.Real : v.Imaginary, 1e-12));
            return;
        }

        // Ten states of a rotation are not spread evenly over the circle: the energy that mp-edmd keeps is not kept.
        var (off, residual) = method == "measure-preserving" ? (1e-3, 0.1) : (1e-10, 1e-12);
        Close(values, off, new Complex(0.9553364891, 0.2955202067), new Complex(0.9553364891, -0.2955202067));
        Assert.All(values.ToArray(), v => Assert.Equal(1, v.Magnitude, 1e-12));
        Assert.All(fit.Spectrum.Residuals.ToArray(), r => Assert.InRange(r, 0, residual));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void T3_OrthogonalMap_HasNoLogDeterminantAndItsEigenvaluesOnTheUnitCircle(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(Matrices.Orthonormal(6, 6, 1), 40, 2);

        var fit = new DmdEstimator().Fit(SnapshotData.FromPairs(pairs), la);

        Assert.All(fit.Spectrum.Eigenvalues.ToArray(), value => Assert.Equal(1, value.Magnitude, 1e-12));
        Assert.Equal(0, LogDeterminants.LogEigDet(fit.Spectrum.Eigenvalues.Span), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void T14_SingleWeight_NeedsAConstantOrADelay(string name)
    {
        var la = Algebras.Get(name);
        static Matrix Weight(double limit, double size, double ratio) => new(
            1, 21, [.. Enumerable.Range(0, 21).Select(t => limit + (size * Math.Pow(ratio, t)))]);

        var pure = new DmdEstimator().Fit(SnapshotData.FromTrajectories(Weight(0, 4, 0.95)), la);
        var biased = new DmdEstimator().Fit(SnapshotData.FromTrajectories(Weight(1, 1, 0.9)), la);
        var constant = new DmdEstimator { Observables = ObservablesSpec.Affine }
            .Fit(SnapshotData.FromTrajectories(Weight(1, 1, 0.9)), la);
        var delayed = new DmdEstimator { Delays = 2 }.Fit(SnapshotData.FromTrajectories(Weight(2, 3, 0.8)), la);

        Close(pure.Spectrum.Eigenvalues.Span, 1e-12, 0.95);
        Assert.Equal(4 * Math.Pow(0.95, 120), pure.PredictAt(new Matrix(1, 1, [4]), 120, la)[0], 1e-12);
        Close(biased.Spectrum.Eigenvalues.Span, 1e-10, 0.9673255074);
        Close(constant.Spectrum.Eigenvalues.Span, 1e-10, 1, 0.9);
        Close(delayed.Spectrum.Eigenvalues.Span, 1e-10, 1, 0.8);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void T18_RefinedPairs_HaveTheLeastResidualOfTheirEigenvalues(string name)
    {
        var la = Algebras.Get(name);
        var noisy = Noisy(8, 20, 0.3, 3);
        var lifted = new LiftedPairs(new SnapshotPairs(noisy.X, noisy.Y), null);
        var estimator = new RefinedEstimator { RankRule = new RankRule.Fixed(4) };

        var spectrum = estimator.Regress(lifted, la).Spectrum;

        Matrices.Close(
            Matrices.Product(spectrum.Basis.Transpose(), spectrum.Image), spectrum.ReducedOperator, 1e-13);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Planted.Residual(spectrum, i), spectrum.Residuals.Span[i], 1e-12);
            Assert.True(spectrum.Residuals.Span[i] <= spectrum.RitzResiduals.Span[i]);
        }

        var exact = estimator.Fit(SnapshotData.FromPairs(Planted.Linear(_map, 20, 4)), la);
        Assert.All(exact.Spectrum.Residuals.ToArray(), r => Assert.InRange(r, 0, 1e-12));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void T24_SmallScaling_HasALogDeterminantWhereTheDeterminantUnderflows(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.Orthonormal(120, 120, 5);
        var y = Matrices.Scaled(x, [.. Enumerable.Repeat(1e-3, 120)]);

        var fit = new DmdEstimator { HoldOut = 0 }.Fit(SnapshotData.FromPairs(x, y), la);

        Assert.Equal(120 * Math.Log(1e-3), LogDeterminants.LogEigDet(fit.Spectrum.Eigenvalues.Span), 1e-9);
        Assert.Equal(0, Complex.Abs(fit.Spectrum.Eigenvalues.ToArray().Aggregate(Complex.One, (a, b) => a * b)));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void T27_ManyTrajectories_HaveNoSeams(string name)
    {
        var la = Algebras.Get(name);
        var starts = Matrices.Gaussian(2, 50, 6);
        Matrix[] trajectories =
            [.. Enumerable.Range(0, 50).Select(t => Planted.Trajectory(_map, starts.SelectColumns(t, 1), 12))];
        var joined = new Matrix(2, 600);
        for (var t = 0; t < 50; t++)
        {
            trajectories[t].AsSpan().CopyTo(joined.AsSpan()[(t * 24)..]);
        }

        var apart = new DmdEstimator().Fit(SnapshotData.FromTrajectories(trajectories), la);
        var seamed = new DmdEstimator().Fit(SnapshotData.FromTrajectories(joined), la);

        Assert.InRange(Matrices.Distance(_map, Map(apart)), 0, 1e-12);
        Assert.InRange(Matrices.Distance(_map, Map(seamed)), 1e-3, 1);
        Assert.Equal((550L, 599L), (apart.Diagnostics.Pairs, seamed.Diagnostics.Pairs));
    }
}
