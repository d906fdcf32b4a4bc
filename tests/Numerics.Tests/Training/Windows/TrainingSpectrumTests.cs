using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Tests.Training.Windows;

/// <summary>Gradient descent on a quadratic, h = (1, 4), w* = (2, -1), w_0 = (0, 0.5): methods T13 and T31.</summary>
public sealed class TrainingSpectrumTests
{
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

        Assert.Equal(
            [1.1129060587, 0.4727371786], fit.Spectrum.Eigenvalues.ToArray(), (a, b) => (a - b).Magnitude < 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyze_T13GradientDescent_FindsItsRatesAndItsOptimum(string name)
    {
        var path = new MatrixTrajectory(Descent(0.1, 21));

        var window = WindowsOf.Analyze(path, new WindowOptions(), name);

        Assert.Equal(3, window.Rank);
        Assert.Equal(0, window.Untrusted);
        Assert.Equal([1, 0.9, 0.6], Eigenvalues(window).OrderDescending(), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([2, -1], WindowsOf.Limit(window, path), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(1, window.LimitCoefficients!.Sum(), 1e-14);

        // w_k - w* = (-2 · 0.9^k, 1.5 · 0.6^k).
        Assert.Equal([2, 1.5], WindowsOf.Transients(window, path, name), (a, b) => Math.Abs(a - b) < 1e-8);
        Assert.Equal(
            [Math.Sqrt(5), 2, 1.5], window.Modes.Select(mode => mode.Importance), (a, b) => Math.Abs(a - b) < 1e-8);
        Assert.Equal(2 * Math.Pow(0.9, 20), window.LimitDistance, 1e-4);
        Assert.Equal((2 * Math.Pow(0.9, 20)) + (1.5 * Math.Pow(0.6, 20)), window.Statistics.TransientMass, 1e-8);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyze_T13WithDelaysInsteadOfTheConstant_FindsTheSame(string name)
    {
        var path = new MatrixTrajectory(Descent(0.1, 22));
        var options = new WindowOptions { Delays = 2, HasConstant = false };

        var window = WindowsOf.Analyze(path, options, name);

        Assert.Equal([1, 0.9, 0.6], Eigenvalues(window).OrderDescending(), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([2, -1], WindowsOf.Limit(window, path), (a, b) => Math.Abs(a - b) < 1e-8);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyze_T13StepTooLarge_IsUnstable(string name)
    {
        var window = WindowsOf.Analyze(new MatrixTrajectory(Descent(0.6, 21)), new WindowOptions(), name);

        Assert.Equal(1.4, window.Statistics.Instability, 1e-9);
        Assert.True(window.IsUnstable);
        Assert.Contains(window.Modes, mode => Math.Abs(mode.Eigenvalue.Real + 1.4) < 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyze_T31LateWindow_SettledAndEarlyOneNot(string name)
    {
        var path = new MatrixTrajectory(Descent(0.1, 221));
        var options = new WindowOptions { Length = 19, RelativeTolerance = 1e-8 };

        var late = WindowsOf.Analyze(new TrajectoryRange(path, 200, 20), options, name);
        var early = WindowsOf.Analyze(new TrajectoryRange(path, 0, 20), options, name);

        Assert.Equal(1, late.Rank);
        Assert.Equal(1, late.Modes[0].Eigenvalue.Real, 1e-9);
        Assert.Equal(
            (1, 1.0, 0.0), (late.Statistics.NearOne, late.Statistics.NearOneMass, late.Statistics.TransientMass));
        Assert.True(late.IsSettled(new StopOptions()));
        Assert.Equal([1, 0.9, 0.6], Eigenvalues(early).OrderDescending(), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.False(early.IsSettled(new StopOptions()));
    }

    private static IEnumerable<double> Eigenvalues(TrainingWindow window)
    {
        Assert.All(window.Modes, mode => Assert.Equal(0, mode.Eigenvalue.Imaginary));
        return window.Modes.Select(mode => mode.Eigenvalue.Real);
    }

    private static KoopmanOperator Fit(Matrix path, ObservablesSpec observables, string name) =>
        new DmdEstimator { Observables = observables, RankRule = new RankRule.RelTol(1e-8), HoldOut = 0 }
            .Fit(SnapshotData.FromTrajectories(path), Algebras.Get(name));

    internal static Matrix Descent(double step, int length)
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
