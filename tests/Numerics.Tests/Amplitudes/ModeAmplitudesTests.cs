using System.Numerics;

using KoopmanMesh.Numerics.Amplitudes;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Tests.Estimators;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Amplitudes;

public sealed class ModeAmplitudesTests
{
    // Non-normal, with one conjugate pair: eigenvalues 0.9 ± 0.3i, 0.95, 0.6, -0.5.
    private static readonly Matrix _map = Matrix.FromRows(
        [[0.9, 0.3, 0.5, 0, 1], [-0.3, 0.9, 0, 0.4, 0], [0, 0, 0.95, 2, 0], [0, 0, 0, 0.6, 1], [0, 0, 0, 0, -0.5]]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Optimal_PlantedAmplitudes_AreRecoveredAndConjugate(string name)
    {
        var la = Algebras.Get(name);
        var fitted = Fitted(la);
        Complex[] planted = [0, 0, 0, 0, 0];
        foreach (var (j, value) in (fitted.Spectrum.Eigenvalues.ToArray()).Index())
        {
            planted[j] = value.Imaginary == 0 ? 3 * j : new Complex(1, -2 * Math.Sign(value.Imaginary));
        }

        var trajectory = Sum(fitted, planted, 12);
        var problem = AmplitudeProblem.Of(fitted, trajectory, la);

        var (best, start) = (ModeAmplitudes.Optimal(problem), ModeAmplitudes.FromStart(fitted, trajectory, la));

        Assert.InRange(Distance(planted, best.Values.Span), 0, 1e-7);
        Assert.InRange(Distance(planted, start.Values.Span), 0, 1e-9);
        Assert.InRange(best.Loss, 0, 1e-7);
        for (var j = 0; j < 5; j++)
        {
            if (fitted.Spectrum.Eigenvalues.Span[j].Imaginary > 0)
            {
                Assert.Equal(Complex.Conjugate(best.Values.Span[j]), best.Values.Span[j + 1]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Optimal_NoisyData_BeatsTheStartAlone(string name)
    {
        var la = Algebras.Get(name);
        var fitted = Fitted(la);
        var noisy = Exponentials.Noisy(Sum(fitted, [1, 1, 1, 1, 1], 40), 0.05, 3);

        var best = ModeAmplitudes.Optimal(AmplitudeProblem.Of(fitted, noisy, la));
        var start = ModeAmplitudes.FromStart(fitted, noisy, la);

        Assert.True(best.Loss < start.Loss);
        Assert.Equal(Loss(fitted, noisy, best.Values.Span), best.Loss, 1e-9);
        Assert.Equal(Loss(fitted, noisy, start.Values.Span), start.Loss, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Sparse_PlantedPattern_IsFoundAndConjugatesStayTogether(string name)
    {
        var la = Algebras.Get(name);
        var fitted = Fitted(la);
        var values = fitted.Spectrum.Eigenvalues.ToArray();
        var planted = Array.ConvertAll(values, v => v.Imaginary == 0 ? 0 : new Complex(2, v.Imaginary));
        var noisy = Exponentials.Noisy(Sum(fitted, planted, 40), 0.01, 4);
        var problem = AmplitudeProblem.Of(fitted, noisy, la);

        var path = ModeAmplitudes.Path(problem, ModeAmplitudes.Gammas(problem, 15), new SparseAmplitudeOptions());

        Assert.All(path, fit => Assert.True(fit.Converged));
        Assert.All(path, fit => Assert.Equal(
            fit.Values.Span[Array.FindIndex(values, v => v.Imaginary > 0)] == 0,
            fit.Values.Span[Array.FindIndex(values, v => v.Imaginary < 0)] == 0));
        var two = path.First(fit => fit.NonZeros == 2);
        Assert.InRange(Distance(planted, two.Values.Span), 0, 0.02);
        Assert.Equal(0, path[^1].NonZeros);
        Assert.Equal(1, path[^1].Loss, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Sparse_WithoutPolish_MeetsTheConditionsOfOptimality(string name)
    {
        var la = Algebras.Get(name);
        var fitted = Fitted(la);
        var noisy = Exponentials.Noisy(Sum(fitted, [1, 1, 0.2, 0.5, 2], 30), 0.05, 5);
        var problem = AmplitudeProblem.Of(fitted, noisy, la);
        var options = new SparseAmplitudeOptions { Polish = false, Tolerance = 1e-10 };
        foreach (var part in (double[])[0.01, 0.1, 0.5])
        {
            var gamma = part * problem.LargestGamma;

            var fit = ModeAmplitudes.Sparse(problem, gamma, options);

            Assert.True(fit.Converged);
            var b = fit.Values.ToArray();
            for (var j = 0; j < b.Length; j++)
            {
                var gradient = 2 * problem.Q[j];
                for (var i = 0; i < b.Length; i++)
                {
                    gradient -= 2 * problem.P[j, i] * b[i];
                }

                if (b[j] == 0)
                {
                    Assert.InRange(Complex.Abs(gradient), 0, gamma * (1 + 1e-6));
                }
                else
                {
                    Assert.InRange(Complex.Abs(gradient - (gamma * b[j] / Complex.Abs(b[j]))), 0, 1e-6 * gamma);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Sparse_Polished_IsLeastSquaresOnItsPattern(string name)
    {
        var la = Algebras.Get(name);
        var fitted = Fitted(la);
        var noisy = Exponentials.Noisy(Sum(fitted, [1, 1, 0.2, 0.5, 2], 30), 0.05, 5);
        var problem = AmplitudeProblem.Of(fitted, noisy, la);

        var fit = ModeAmplitudes.Sparse(problem, 0.4 * problem.LargestGamma, new SparseAmplitudeOptions());

        Assert.InRange(fit.NonZeros, 1, 4);
        for (var j = 0; j < 5; j++)
        {
            if (fit.Values.Span[j] == 0)
            {
                continue;
            }

            foreach (var step in (Complex[])[new(1e-4, 0), new(-1e-4, 0), new(0, 1e-4), new(0, -1e-4)])
            {
                var moved = fit.Values.ToArray();
                moved[j] += step;
                Assert.True(problem.Loss(moved) >= fit.Loss);
            }
        }
    }

    [Fact]
    public void OverTime_OfASteadyMode_IsItsAmplitude()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var states = Planted.Trajectory(Matrix.FromRows([[1, 0], [0, 0.5]]), Matrix.FromRows([[2], [3]]), 10);
        var fitted = new DmdEstimator().Fit(SnapshotData.FromTrajectories(states), la);

        var energies = ModeAmplitudes.OverTime(
            fitted, ModeAmplitudes.Optimal(AmplitudeProblem.Of(fitted, states, la)), 9);

        Assert.Equal(2, energies[0], 1e-9);
        Assert.Equal(3 * Math.Sqrt((1 - Math.Exp(18 * Math.Log(0.5))) / (-18 * Math.Log(0.5))), energies[1], 1e-9);
    }

    [Fact]
    public void BadInput_IsRefusedInOneSentence()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var fitted = Fitted(la);
        var problem = AmplitudeProblem.Of(fitted, Sum(fitted, [1, 1, 1, 1, 1], 5), la);

        Assert.Equal(
            "the trajectory was expected to be 5 x 3, got 4 x 3",
            Assert.Throws<ShapeMismatchException>(() => AmplitudeProblem.Of(fitted, new Matrix(4, 3), la)).Message);
        Assert.Throws<ShapeMismatchException>(() => AmplitudeProblem.Of(fitted, new Matrix(5, 0), la));
        var nan = new Matrix(5, 1);
        nan[2, 0] = double.NaN;
        Assert.Throws<NonFiniteDataException>(() => AmplitudeProblem.Of(fitted, nan, la));
        Assert.StartsWith(
            "the price of an amplitude is finite, ≥ 0",
            Assert.Throws<ArgumentOutOfRangeException>(() => ModeAmplitudes.Sparse(problem, -1, new())).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => problem.Loss([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SparseAmplitudeOptions { MaxIterations = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SparseAmplitudeOptions { Tolerance = 0 });
    }

    private static KoopmanOperator Fitted(ILinearAlgebra la) =>
        new DmdEstimator { RankRule = RankRule.Full }.Fit(SnapshotData.FromPairs(Planted.Linear(_map, 30, 1)), la);

    private static Matrix Sum(KoopmanOperator fitted, Complex[] amplitudes, int count)
    {
        var states = new Matrix(fitted.StateWidth, count);
        for (var k = 0; k < count; k++)
        {
            for (var j = 0; j < amplitudes.Length; j++)
            {
                var factor = amplitudes[j] * Complex.Pow(fitted.Spectrum.Eigenvalues.Span[j], k);
                for (var i = 0; i < states.Rows; i++)
                {
                    states[i, k] += (fitted.Spectrum.Modes[i, j] * factor).Real;
                }
            }
        }

        return states;
    }

    private static double Loss(KoopmanOperator fitted, Matrix states, ReadOnlySpan<Complex> b) =>
        Matrices.Distance(states, Sum(fitted, b.ToArray(), states.Columns)) / Matrices.Norm(states);

    private static double Distance(Complex[] expected, ReadOnlySpan<Complex> actual)
    {
        var worst = 0.0;
        for (var j = 0; j < expected.Length; j++)
        {
            worst = Math.Max(worst, Complex.Abs(expected[j] - actual[j]));
        }

        return worst;
    }
}
