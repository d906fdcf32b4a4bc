using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training;

namespace KoopmanMesh.Numerics.Tests.Training;

/// <summary>Gradient descent on a quadratic, h = (1, 4), w* = (2, -1), w_0 = (0, 0.5): methods T13 and T31.</summary>
public sealed class TrainingSpectrumTests
{
    private const int Window = 20;

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Affine_T13GradientDescent_HasTheOptimumAsItsFixedMode(string name)
    {
        var fit = Fit(Descent(0.1, 40), ObservablesSpec.Affine, name);

        Assert.Equal([1, 0.9, 0.6], fit.Spectrum.Eigenvalues.ToArray(), (a, b) => (a - b).Magnitude < 1e-9);
        var mode = fit.Spectrum.Modes.Column(0);
        var amplitude = fit.Spectrum.Amplitudes.Span[0];
        Assert.Equal(2, (amplitude * mode[0]).Real, 1e-8);
        Assert.Equal(-1, (amplitude * mode[1]).Real, 1e-8);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Linear_T13WithoutTheConstant_IsWrongInTheKnownWay(string name)
    {
        var fit = Fit(Descent(0.1, 12), ObservablesSpec.Identity, name);

        Assert.Equal([1.1129060587, 0.4727371786], fit.Spectrum.Eigenvalues.ToArray(), (a, b) => (a - b).Magnitude < 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Affine_T13StepTooLarge_IsFlaggedUnstable(string name)
    {
        var fit = Fit(Descent(0.6, 20), ObservablesSpec.Affine, name);

        Assert.Equal(-1.4, fit.Spectrum.Eigenvalues.Span[0].Real, 1e-9);
        Assert.Equal(1.4, ConvergenceStatistics.Of(fit, Window).Instability, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Statistics_T31LateWindow_SettledAndEarlyOneNot(string name)
    {
        var path = Descent(0.1, 220);

        var late = Fit(path.SelectColumns(200, Window), ObservablesSpec.Affine, name);
        var early = Fit(path.SelectColumns(0, Window), ObservablesSpec.Affine, name);

        Assert.Equal(1, late.Rank);
        Assert.Equal(1, late.Spectrum.Eigenvalues.Span[0].Real, 1e-9);
        var settled = ConvergenceStatistics.Of(late, Window);
        Assert.Equal((1, 1.0, 0.0), (settled.NearOne, settled.NearOneMass, settled.TransientMass));
        Assert.True(settled.HasSettled(Math.Sqrt(5)));
        Assert.Equal(3, early.Rank);
        Assert.False(ConvergenceStatistics.Of(early, Window).HasSettled(0.5));
    }

    [Fact]
    public void Layers_T30FlowMap_NeedsFour()
    {
        Assert.Equal(4, DepthRule.Layers([Math.Exp(-1.2), Math.Exp(-0.3)], 0.3));
        Assert.Equal(11, DepthRule.Layers([-1], 0.3));
        Assert.Equal(0, DepthRule.Layers([0, 1]));
    }

    private static KoopmanOperator Fit(Matrix path, ObservablesSpec observables, string name) =>
        new DmdEstimator { Observables = observables, RankRule = new RankRule.RelTol(1e-8), HoldOut = 0 }
            .Fit(SnapshotData.FromTrajectories(path), Algebras.Get(name));

    private static Matrix Descent(double step, int length)
    {
        var path = new Matrix(2, length);
        (path[0, 0], path[1, 0]) = (0, 0.5);
        for (var k = 1; k < length; k++)
        {
            path[0, k] = path[0, k - 1] - (step * (path[0, k - 1] - 2));
            path[1, k] = path[1, k - 1] - (step * 4 * (path[1, k - 1] + 1));
        }

        return path;
    }
}
