using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class HavokEstimatorTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyse_LinearSystem_IsClosedWithExactFrequencies(string name)
    {
        var la = Algebras.Get(name);
        const double Step = 0.05;
        double[] frequencies = [2.0, 0.7];
        var signal = Exponentials.Sum([new(0, 2), new(0, 0.7)], Exponentials.Even(300, Step), 1, 1);
        var data = SnapshotData.FromTrajectories(signal) with { TimeStep = Step };

        var model = new HavokEstimator { Delays = 40, RankRule = new RankRule.RelTol(1e-6) }.Analyse(data, la);

        Assert.False(model.IsForced);
        Assert.All(model.Forcing.ToArray(), f => Assert.Equal(0, f));
        Assert.Equal((0, 4), (model.Kurtosis, model.Operator.Rank));

        // What central differences of fourth order make of w, which is w (1 - (w dt)^4 / 30).
        Complex[] seen = [.. frequencies.Select(w =>
            new Complex(0, ((8 * Math.Sin(w * Step)) - Math.Sin(2 * w * Step)) / (6 * Step)))];
        var omega = model.Operator.Spectrum.ContinuousEigenvalues(Step);
        Assert.InRange(Exponentials.Worst(seen, omega), 0, 1e-8);
        Assert.InRange(Exponentials.Worst([new(0, 2), new(0, 0.7)], omega), 0, 2 * Math.Pow(0.1, 4) / 29);
        Matrices.Close(
            signal.SelectColumns(40, 20), model.Operator.Predict(signal.SelectColumns(0, 40), 20, la), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyse_Lorenz_IsDrivenByBurstsBeforeItSwitches(string name)
    {
        var la = Algebras.Get(name);
        const double Step = 0.005;
        var x = Lorenz(8000, Step);
        var data = SnapshotData.FromTrajectories(x) with { TimeStep = Step };

        var model = new HavokEstimator { Delays = 40, RankRule = new RankRule.Fixed(7) }.Analyse(data, la);

        Assert.True(model.IsForced);
        Assert.True(model.Kurtosis > 4, $"kurtosis {model.Kurtosis}");
        var (antisymmetric, tridiagonal) = Structure(model.Dynamics);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"kurtosis {model.Kurtosis}, antisymmetric {antisymmetric}, tridiagonal {tridiagonal}");
        Assert.InRange(antisymmetric, 0, 0.1);
        Assert.InRange(tridiagonal, 0, 0.1);

        // The first coordinate, driven by the forcing it was regressed on, follows the data for a while.
        var input = new Matrix(1, 200);
        model.Forcing.Span.Slice(1000, 200).CopyTo(input.AsSpan());
        var history = x.SelectColumns(1000, 40);
        var driven = model.Operator.Predict(history, 200, la, input);
        Assert.InRange(Matrices.Distance(x.SelectColumns(1040, 200), driven) / Matrices.Norm(driven), 0, 0.2);

        // Switching: active forcing is rare and mostly followed by a change of lobe; calm is not.
        var (active, calm) = SwitchRates(model, x, 40, (int)(1 / Step));
        TestContext.Current.TestOutputHelper!.WriteLine($"switches after active {active}, calm {calm}");
        Assert.True(active > 1.2 * calm, $"active {active}, calm {calm}");
    }

    [Fact]
    public void Exponential_OfAJordanBlockAndARotation_IsTheClosedForm()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);

        var rotation = MatrixExponential.Of(Matrix.FromRows([[0, -30], [30, 0]]), la);
        var jordan = MatrixExponential.Of(Matrix.FromRows([[-2, 1], [0, -2]]), la);

        Matrices.Close(
            Matrix.FromRows([[Math.Cos(30), -Math.Sin(30)], [Math.Sin(30), Math.Cos(30)]]), rotation, 1e-12);
        Matrices.Close(Matrix.FromRows([[Math.Exp(-2), Math.Exp(-2)], [0, Math.Exp(-2)]]), jordan, 1e-14);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Analyse_SeveralShortOrZeroTrajectories_MakesNoSeams(string name)
    {
        var la = Algebras.Get(name);
        var times = Exponentials.Even(80, 0.05);
        var (first, second) = (
            Exponentials.Sum([new(0, 2)], times, 2, 1), Exponentials.Sum([new(0, 2)], times, 2, 5));
        var data = SnapshotData.FromTrajectories(first, second, new Matrix(2, 3)) with { TimeStep = 0.05 };

        var model = new HavokEstimator { Delays = 10, RankRule = new RankRule.RelTol(1e-8) }.Analyse(data, la);

        Assert.False(model.IsForced);
        Assert.InRange(Guard.LargestMagnitude(model.Unexplained.Span), 0, 1e-8);
        Assert.Equal(142, model.Coordinates.Columns);
        var zero = SnapshotData.FromTrajectories(new Matrix(1, 9));
        Assert.Equal(0, new HavokEstimator { Delays = 2 }.Fit(zero, la).Rank);
    }

    [Fact]
    public void Analyse_BadInput_IsRefusedInOneSentence()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var estimator = new HavokEstimator { Delays = 5 };

        Assert.Equal(
            "the longest trajectory was expected to be at least 9 snapshots for derivatives of 5 delays, got 8",
            Assert.Throws<ShapeMismatchException>(() => estimator.Analyse(
                SnapshotData.FromTrajectories(new Matrix(1, 8)), la)).Message);
        Assert.Equal(
            "the data of havok was expected to be evenly spaced trajectories without inputs, got pairs in no order",
            Assert.Throws<ShapeMismatchException>(() => estimator.Fit(
                SnapshotData.FromPairs(new Matrix(1, 8), new Matrix(1, 8)), la)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HavokEstimator { Delays = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HavokEstimator { ForcingTolerance = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HavokEstimator { ActiveQuantile = 1 });
    }

    /// <summary>x of the Lorenz system (10, 28, 8/3) by RK4, after a transient of 2,000 steps.</summary>
    private static Matrix Lorenz(int count, double step)
    {
        var (states, s) = (new Matrix(1, count), new[] { -8.0, 8, 27 });
        for (var k = -2000; k < count; k++)
        {
            if (k >= 0)
            {
                states[0, k] = s[0];
            }

            var k1 = Slope(s);
            var k2 = Slope(Moved(s, k1, 0.5 * step));
            var k3 = Slope(Moved(s, k2, 0.5 * step));
            var k4 = Slope(Moved(s, k3, step));
            for (var i = 0; i < 3; i++)
            {
                s[i] += step / 6 * (k1[i] + (2 * k2[i]) + (2 * k3[i]) + k4[i]);
            }
        }

        return states;

        static double[] Slope(double[] s) =>
            [10 * (s[1] - s[0]), (s[0] * (28 - s[2])) - s[1], (s[0] * s[1]) - (8.0 / 3 * s[2])];

        static double[] Moved(double[] s, double[] slope, double by) =>
            [s[0] + (by * slope[0]), s[1] + (by * slope[1]), s[2] + (by * slope[2])];
    }

    /// <summary>||A + A'|| / 2 ||A|| and the part of A off its two neighbouring diagonals.</summary>
    private static (double Antisymmetric, double Tridiagonal) Structure(Matrix a)
    {
        var (symmetric, off) = (0.0, 0.0);
        for (var j = 0; j < a.Columns; j++)
        {
            for (var i = 0; i < a.Rows; i++)
            {
                symmetric += Math.Pow(0.5 * (a[i, j] + a[j, i]), 2);
                off += Math.Abs(i - j) > 1 ? a[i, j] * a[i, j] : 0;
            }
        }

        var whole = Matrices.Norm(a);
        return (Math.Sqrt(symmetric) / whole, Math.Sqrt(off) / whole);
    }

    /// <summary>How often x changes sign within the window after an active and after a calm snapshot.</summary>
    private static (double Active, double Calm) SwitchRates(HavokModel model, Matrix x, int delays, int window)
    {
        var (switches, totals) = (new double[2], new double[2]);
        for (var k = 0; k + delays + window < x.Columns; k++)
        {
            var kind = model.Active.Span[k] ? 0 : 1;
            var now = Math.Sign(x[0, k + delays - 1]);
            totals[kind]++;
            for (var later = 1; later < window; later++)
            {
                if (Math.Sign(x[0, k + delays - 1 + later]) != now)
                {
                    switches[kind]++;
                    break;
                }
            }
        }

        return (switches[0] / totals[0], switches[1] / totals[1]);
    }
}
