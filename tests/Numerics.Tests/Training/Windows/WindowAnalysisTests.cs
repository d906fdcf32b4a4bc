using System.Numerics;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Tests.Training.Windows;

public sealed class WindowAnalysisTests
{
    private static readonly Complex _turning = Complex.FromPolarCoordinates(0.8, 0.5);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyze_HundredThousandParameters_FindsModesImportanceAndLimit(string name)
    {
        var planted = new Planted(100_000, 21, 10, [(0.9, 2), (0.6, 1), (_turning, 0.5)], 1);

        var window = WindowsOf.Analyze(planted.Trajectory, new WindowOptions(), name);

        Assert.Equal((5, 0), (window.Rank, window.Untrusted));
        Assert.Equal(
            [1, 0.9, 0.6, _turning, Complex.Conjugate(_turning)], window.Modes.Select(mode => mode.Eigenvalue),
            (a, b) => (a - b).Magnitude < 1e-8);
        Assert.Equal(
            [10, 2, 1, 0.5, 0.5], window.Modes.Select(mode => mode.Importance), (a, b) => Math.Abs(a - b) < 1e-7);
        Assert.InRange(Distance(planted.Limit, WindowsOf.Limit(window, planted.Trajectory)), 0, 1e-8);
        Assert.InRange(
            Distance(planted.Transients, WindowsOf.Transients(window, planted.Trajectory, name)), 0, 1e-7);
        Assert.Equal(10 / 14.0, window.Statistics.NearOneMass, 1e-8);
        Assert.Equal(
            (2 * Math.Pow(0.9, 20)) + Math.Pow(0.6, 20) + Math.Pow(0.8, 20), window.Statistics.TransientMass, 1e-8);
        Assert.InRange(window.Unexplained, 0, 1e-8);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyze_Noise_IsRefinedDmdOfTheStackedSnapshotsThemselves(string name)
    {
        var noisy = Noisy(60, 12, 3);
        foreach (var (delays, constant) in new[] { (1, true), (2, true), (3, false) })
        {
            var options = new WindowOptions
            {
                Length = 12 - delays,
                Delays = delays,
                HasConstant = constant,
                Residual = double.MaxValue,
            };

            var window = WindowsOf.Analyze(new MatrixTrajectory(noisy), options, name);

            var dense = RefinedDmd.Fit(Dense(noisy, delays, constant), new DmdOptions(), Algebras.Get(name));
            Assert.Equal(dense.Rank.Rank, window.Rank);
            Assert.Equal(
                Sorted(dense.Eigenvalues.ToArray()), Sorted(window.Modes.Select(mode => mode.Eigenvalue)),
                (a, b) => (a - b).Magnitude < 1e-7);
            Assert.Equal(
                dense.Residuals.ToArray().Order().Select(residual => residual / dense.ImageNorm),
                window.Modes.Select(mode => mode.Residual).Order(), (a, b) => Math.Abs(a - b) < 1e-7);
        }
    }

    [Fact]
    public void Analyze_AnySlabs_FindsTheSame()
    {
        var planted = new Planted(1000, 21, 3, [(0.9, 1), (_turning, 0.3)], 5);
        var whole = WindowsOf.Analyze(planted.Trajectory, new WindowOptions(), "managed");

        foreach (var rows in new[] { 7, 64, 333 })
        {
            var window = WindowsOf.Analyze(planted.Trajectory, new WindowOptions { SlabRows = rows }, "managed");

            Assert.Equal(
                whole.Modes.Select(mode => mode.Eigenvalue), window.Modes.Select(mode => mode.Eigenvalue),
                (a, b) => (a - b).Magnitude < 1e-10);
            Assert.InRange(Distance(planted.Limit, WindowsOf.Limit(window, planted.Trajectory)), 0, 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyze_Float32MovingATenThousandthOfItsNorm_StillTellsTheRates(string name)
    {
        var planted = new Planted(10_000, 21, 1, [(0.9, 1e-4), (0.6, 0.7e-4)], 7);

        var window = WindowsOf.Analyze(planted.Rounded(), new WindowOptions(), name);

        Assert.Equal(WindowOptions.SingleTolerance, window.Options.ToleranceFor(isSingle: true));
        Assert.Equal(
            [1, 0.9, 0.6], window.Modes.Select(mode => mode.Eigenvalue.Real), (a, b) => Math.Abs(a - b) < 1e-3);

        // The last snapshot is 12e-6 from the limit, the prediction a twentieth of that.
        var limit = WindowsOf.Limit(window, planted.Rounded());
        Assert.InRange(Distance(planted.Limit, limit), 0, 0.6e-6);
    }

    [Fact]
    public void Analyze_Float32MovingAMillionthOfItsNorm_IsAtRest()
    {
        var planted = new Planted(10_000, 21, 1, [(0.9, 1e-6), (0.6, 0.7e-6)], 7);

        var window = WindowsOf.Analyze(planted.Rounded(), new WindowOptions(), "managed");

        Assert.Equal(1, window.Rank);
        Assert.True(window.IsSettled(new StopOptions()));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void Analyze_NothingMoves_AllIsNearOne(int delays, bool zeros)
    {
        var still = new Matrix(50, 20 + delays);
        for (var k = 0; k < still.Columns && !zeros; k++)
        {
            Matrices.Gaussian(50, 1, 9).AsSpan().CopyTo(still.Column(k));
        }

        var window = WindowsOf.Analyze(
            new MatrixTrajectory(still), new WindowOptions { Delays = delays }, "managed");

        Assert.Equal((1, 1.0, 0.0), (
            window.Statistics.NearOne, window.Statistics.NearOneMass, window.Statistics.TransientMass));
        Assert.Equal(0, window.Movement, 1e-13);
        Assert.Equal(0, window.LimitDistance, 1e-12);
        Assert.Equal(0, window.Unexplained, 1e-7);
        Assert.True(window.IsSettled(new StopOptions()));
        Assert.Equal(
            still.Column(0).ToArray(), WindowsOf.Limit(window, new MatrixTrajectory(still)),
            (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyze_Growth_IsUnstableAndNoTransient(string name)
    {
        var planted = new Planted(200, 21, 1, [(1.05, 0.1)], 3);

        var window = WindowsOf.Analyze(planted.Trajectory, new WindowOptions(), name);

        Assert.Equal(1.05, window.Statistics.Instability, 1e-9);
        Assert.True(window.IsUnstable);
        Assert.All(WindowsOf.Transients(window, planted.Trajectory, name), t => Assert.Equal(0, t));
        Assert.Equal(-1 / Math.Log(1.05), window.Modes[1].Decay, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyze_T16TwoCosines_NeedFourStackedValues(string name)
    {
        var signal = new Matrix(1, 30);
        for (var k = 0; k < 30; k++)
        {
            signal[0, k] = Math.Cos(0.3 * k) + (0.5 * Math.Cos(1.1 * k));
        }

        TrainingWindow Stacked(int delays) => WindowsOf.Analyze(
            new MatrixTrajectory(signal),
            new WindowOptions { Length = 30 - delays, Delays = delays, HasConstant = false }, name);
        var four = Stacked(4);
        var three = Stacked(3);

        Complex[] expected = [
            Complex.FromPolarCoordinates(1, 0.3), Complex.FromPolarCoordinates(1, -0.3),
            Complex.FromPolarCoordinates(1, 1.1), Complex.FromPolarCoordinates(1, -1.1)];
        Assert.Equal(expected, four.Modes.Select(mode => mode.Eigenvalue), (a, b) => (a - b).Magnitude < 1e-8);
        Assert.InRange(four.Unexplained, 0, 1e-8);

        // Three values and three directions: no residual can show what is missing, what they explain does.
        Assert.InRange(three.Unexplained, 0.1, 2);

        // Nothing here has a limit, and that is said.
        Assert.False(four.HasLimit);
        Assert.Equal(double.PositiveInfinity, four.LimitDistance);
        var none = Assert.Throws<NoLimitException>(() => WindowsOf.Limit(four, new MatrixTrajectory(signal)));
        Assert.Equal(
            "the window of steps 0 to 29 has no trusted mode within 0.01 of 1 among 4, so that no limit can be "
            + "predicted",
            none.Message);
    }

    [Fact]
    public void Analyze_NoiseAroundAMean_TrustsLittleAndSaysWhatIsMissed()
    {
        var window = WindowsOf.Analyze(new MatrixTrajectory(Noisy(500, 21, 4)), new WindowOptions(), "managed");

        Assert.Contains(window.Modes, mode => Math.Abs(mode.Eigenvalue.Real - 1) < 1e-3);
        Assert.True(window.Untrusted > 10);
        Assert.InRange(window.Unexplained, 0.5, 1.5);
    }

    [Fact]
    public void Analyze_OneLayer_IsTheAnalysisOfItsTensors()
    {
        var layout = new ParameterLayout([
            new ParameterTensor("a.weight", [10, 5]), new ParameterTensor("b.weight", [4, 10]),
            new ParameterTensor("a.bias", [10])]);
        var values = new Planted(100, 21, 3, [(0.9, 1)], 5).Values;
        var run = new MatrixTrajectory(values, layout);
        var alone = new Matrix(60, 21);
        for (var k = 0; k < 21; k++)
        {
            values.Column(k)[..50].CopyTo(alone.Column(k));
            values.Column(k)[90..].CopyTo(alone.Column(k)[50..]);
        }

        var layer = WindowsOf.Analyze(run, new WindowOptions(), "managed", "a");

        var expected = WindowsOf.Analyze(new MatrixTrajectory(alone), new WindowOptions(), "managed");
        Assert.Equal("a", layer.Layer);
        Assert.Equal(expected.Modes, layer.Modes);
        Assert.Equal(WindowsOf.Limit(expected, new MatrixTrajectory(alone)), WindowsOf.Limit(layer, run));
        Assert.Equal(
            "there is no layer 'c', expected one of 'a', 'b' (Parameter 'layer')",
            Assert.Throws<ArgumentException>(
                () => WindowsOf.Analyze(run, new WindowOptions(), "managed", "c")).Message);
    }

    [Fact]
    public void Analyze_BadInput_IsNamed()
    {
        var seven = new MatrixTrajectory(new Matrix(5, 7));
        Assert.Equal(
            "the window was expected to be 21 snapshots long (20 pairs of 1 stacked), got 7",
            Assert.Throws<ShapeMismatchException>(
                () => WindowsOf.Analyze(seven, new WindowOptions(), "managed")).Message);
        Assert.Equal(
            "a window without the constant stacks at least 2 snapshots, got 1: raw snapshots alone give wrong "
            + "eigenvalues",
            Assert.Throws<ArgumentException>(
                () => WindowsOf.Analyze(seven, new WindowOptions { HasConstant = false }, "managed")).Message);
        Assert.StartsWith(
            "the pairs of a window are 3 to 1024",
            Assert.Throws<ArgumentOutOfRangeException>(() => new WindowOptions { Length = 2 }).Message);
        Assert.StartsWith(
            "a relative tolerance lies in [0, 1)",
            Assert.Throws<ArgumentOutOfRangeException>(() => new WindowOptions { RelativeTolerance = 1 }).Message);
        Assert.StartsWith(
            "nearness to one lies in (0, 1)",
            Assert.Throws<ArgumentOutOfRangeException>(() => new WindowOptions { Nearness = double.NaN }).Message);
        Assert.StartsWith(
            "the residual trusted is more than 0",
            Assert.Throws<ArgumentOutOfRangeException>(() => new WindowOptions { Residual = 0 }).Message);
    }

    [Fact]
    public void Analyze_Cancelled_Stops()
    {
        var planted = new Planted(1000, 21, 3, [(0.9, 1)], 5);

        Assert.ThrowsAny<OperationCanceledException>(() => WindowAnalysis.Analyze(
            planted.Trajectory, new WindowOptions(), Algebras.Get("managed"),
            cancellationToken: new CancellationToken(true)));
    }

    private static Matrix Noisy(int parameters, int snapshots, int seed)
    {
        var noisy = Matrices.Gaussian(parameters, snapshots, seed);
        var mean = Matrices.Gaussian(parameters, 1, seed + 1);
        for (var k = 0; k < snapshots; k++)
        {
            for (var i = 0; i < parameters; i++)
            {
                noisy[i, k] = (0.1 * noisy[i, k]) + mean[i, 0];
            }
        }

        return noisy;
    }

    /// <summary>The stacked snapshots themselves, the constant as large as a typical one.</summary>
    private static SnapshotPairs Dense(Matrix values, int delays, bool constant)
    {
        var columns = values.Columns - delays + 1;
        var stacked = new Matrix((values.Rows * delays) + (constant ? 1 : 0), columns);
        for (var k = 0; k < columns; k++)
        {
            for (var d = 0; d < delays; d++)
            {
                values.Column(k + delays - 1 - d).CopyTo(stacked.Column(k)[(d * values.Rows)..]);
            }

            if (constant)
            {
                stacked[stacked.Rows - 1, k] = Matrices.Norm(values) / Math.Sqrt(values.Columns);
            }
        }

        return new SnapshotPairs(stacked.SelectColumns(0, columns - 1), stacked.SelectColumns(1, columns - 1));
    }

    private static Complex[] Sorted(IEnumerable<Complex> values) =>
        [.. values.OrderBy(value => Math.Round(value.Real, 6)).ThenBy(value => value.Imaginary)];

    private static double Distance(double[] a, double[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
