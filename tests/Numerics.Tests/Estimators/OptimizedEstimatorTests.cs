using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class OptimizedEstimatorTests
{
    // Two conjugate pairs and a real exponent: rank 5.
    private static readonly Complex[] _exponents = [new(-0.1, 2), new(-0.02, 0.7), new(-0.3, 0)];

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_PlantedExponentials_AreFoundOnEvenAndUnevenTimes(string name)
    {
        var la = Algebras.Get(name);
        foreach (var times in (double[][])[Exponentials.Even(40, 0.2), Exponentials.Uneven(40, 0.2, 3)])
        {
            var states = Exponentials.Sum(_exponents, times, 8, 1);
            var data = SnapshotData.FromTrajectories(states) with { TimeStep = 0.2, Times = times };

            var fit = new OptimizedEstimator().Fit(data, la);

            Assert.Equal(5, fit.Rank);
            Assert.InRange(Exponentials.Worst(_exponents, fit.Spectrum.ContinuousEigenvalues(fit.TimeStep)), 0, 1e-10);
            Assert.Empty(fit.Diagnostics.Warnings);
            var end = new[] { times[0] + (30 * fit.TimeStep) };
            var expected = Exponentials.Sum(_exponents, end, 8, 1);
            var predicted = fit.PredictAt(states.SelectColumns(0, 1), 30, la);
            Matrices.Close(expected, new Matrix(8, 1, predicted), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_T20NoisyRotation_HasNotTheBiasOfPairs(string name)
    {
        var la = Algebras.Get(name);
        var times = Exponentials.Even(120, 1);
        var clean = Exponentials.Sum([new Complex(0, 0.3)], times, Matrix.FromRows([[1], [0], [0], [-1]]));
        var (pairs, inTime) = (0.0, 0.0);
        for (var seed = 0; seed < 10; seed++)
        {
            var data = SnapshotData.FromTrajectories(Exponentials.Noisy(clean, 0.3, 10 + seed));
            pairs += Complex.Abs(new DmdEstimator { HoldOut = 0 }.Fit(data, la).Spectrum.Eigenvalues.Span[0]) / 10;
            inTime += Complex.Abs(new OptimizedEstimator().Fit(data, la).Spectrum.Eigenvalues.Span[0]) / 10;
        }

        // T20 with signal variance 1 / 2: E|lambda| = 0.5 / 0.59 here.
        Assert.InRange(pairs, 0.5 / 0.59 - 0.06, 0.5 / 0.59 + 0.06);
        Assert.InRange(inTime, 0.999, 1.001);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NoisyData_LowersTheErrorWithEveryStepAndKeepsConjugates(string name)
    {
        var la = Algebras.Get(name);
        var times = Exponentials.Uneven(50, 0.2, 4);
        var noisy = Exponentials.Noisy(Exponentials.Sum(_exponents, times, 8, 1), 0.1, 5);
        var data = SnapshotData.FromTrajectories(noisy) with { Times = times };
        var estimator = new OptimizedEstimator { RankRule = new RankRule.Fixed(5) };

        var trace = estimator.Fit(OptimizedEstimatorData.Of(data, estimator, la), la);
        var values = estimator.Fit(data, la).Spectrum.Eigenvalues.ToArray();

        Assert.True(trace.Converged);
        Assert.True(trace.Iterations >= 2);
        Assert.All(trace.Errors.Zip(trace.Errors.Skip(1)), step => Assert.True(step.Second < step.First));
        Assert.All(values.Where(v => v.Imaginary > 0), v => Assert.Contains(Complex.Conjugate(v), values));
        Assert.Equal(2, values.Count(v => v.Imaginary > 0));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_MinimumOfNoisyData_IsOne(string name)
    {
        var la = Algebras.Get(name);
        var times = Exponentials.Even(60, 0.2);
        var data = SnapshotData.FromTrajectories(
            Exponentials.Noisy(Exponentials.Sum(_exponents, times, 6, 1), 0.2, 6));
        var estimator = new OptimizedEstimator { RankRule = new RankRule.Fixed(5), Tolerance = 0 };
        var ready = OptimizedEstimatorData.Of(data, estimator, la);

        var best = estimator.Fit(ready, la);

        foreach (var (growth, square) in ((double, double)[])[(1e-4, 0), (-1e-4, 0), (0, 1e-5), (0, -1e-5)])
        {
            for (var b = 0; b < best.Blocks.Length; b++)
            {
                var blocks = (VariableProjectionBlock[])best.Blocks.Clone();
                blocks[b] = blocks[b].Moved(growth, square, ExponentConstraint.None);
                var moved = new VariableProjection(ready.Compressed(), ready.Times, ExponentConstraint.None, la)
                    .Run(blocks, 0, 0);
                Assert.True(moved.Errors[0] >= best.Errors[^1]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_Constraint_Holds(string name)
    {
        var la = Algebras.Get(name);
        var times = Exponentials.Even(60, 0.2);
        Complex[] planted = [new(0.03, 2), new(0, 0.7), new(0.02, 0)];
        var noisy = Exponentials.Noisy(Exponentials.Sum(planted, times, 8, 1), 0.05, 7);
        var data = SnapshotData.FromTrajectories(noisy) with { TimeStep = 0.2 };
        var free = new OptimizedEstimator { RankRule = new RankRule.Fixed(5) };

        var still = (free with { Constraint = ExponentConstraint.NonGrowing }).Fit(data, la).Spectrum;
        var circle = (free with { Constraint = ExponentConstraint.UnitCircle }).Fit(data, la).Spectrum;

        Assert.Contains(free.Fit(data, la).Spectrum.Eigenvalues.ToArray(), v => Complex.Abs(v) > 1.004);
        Assert.All(still.Eigenvalues.ToArray(), v => Assert.InRange(Complex.Abs(v), 0, 1 + 1e-14));
        Assert.All(circle.Eigenvalues.ToArray(), v => Assert.Equal(1, Complex.Abs(v), 1e-14));
        Assert.InRange(Exponentials.Worst([new(0, 2), new(0, 0.7)], circle.ContinuousEigenvalues(0.2)), 0, 0.02);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_DefectiveMap_IsRepresentedExactly(string name)
    {
        // x_k = lambda^k (1 + k / lambda ...): a Jordan block, which no two separate exponents can follow.
        var la = Algebras.Get(name);
        var map = Matrix.FromRows([[0.9, 1], [0, 0.9]]);
        var states = Planted.Trajectory(map, Matrix.FromRows([[1], [0.5]]), 40);

        var fit = new OptimizedEstimator().Fit(SnapshotData.FromTrajectories(states), la);

        Assert.InRange(Exponentials.Worst([0.9], fit.Spectrum.Eigenvalues.ToArray()), 0, 1e-6);
        Matrices.Close(states.SelectColumns(1, 39), fit.Predict(states.SelectColumns(0, 1), 39, la), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NonNormalAlternatingAndIllConditioned_AreRecovered(string name)
    {
        var la = Algebras.Get(name);
        var nonNormal = Matrix.FromRows([[0.9, 50, 0], [0, 0.6, 20], [0, 0, -0.7]]);
        var states = Planted.Trajectory(nonNormal, Matrix.FromRows([[1], [1], [1]]), 30);

        var fit = new OptimizedEstimator().Fit(SnapshotData.FromTrajectories(states), la);

        Assert.InRange(Exponentials.Worst([0.9, 0.6, -0.7], fit.Spectrum.Eigenvalues.ToArray()), 0, 1e-10);

        // Condition 1e10: the second direction is that much smaller than the first.
        var tall = Matrices.Orthonormal(6, 2, 8);
        var small = Exponentials.Sum([-0.05], Exponentials.Even(30, 1), Joined(tall, 0, 1));
        var tiny = Exponentials.Sum([-0.3], Exponentials.Even(30, 1), Joined(tall, 1, 1e-10));
        for (var i = 0; i < small.AsSpan().Length; i++)
        {
            small.AsSpan()[i] += tiny.AsSpan()[i];
        }

        var stiff = new OptimizedEstimator { RankRule = RankRule.Full }.Fit(SnapshotData.FromTrajectories(small), la);
        Assert.Equal(2, stiff.Rank);
        Assert.InRange(
            Exponentials.Worst([Math.Exp(-0.05), Math.Exp(-0.3)], stiff.Spectrum.Eigenvalues.ToArray()), 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SeveralTrajectories_ShareModesAndKeepTheirOwnAmplitudes(string name)
    {
        var la = Algebras.Get(name);
        var map = Matrix.FromRows([[0.9, 0.3, 0], [-0.3, 0.9, 0.1], [0, 0, 0.7]]);
        var starts = Matrices.Gaussian(3, 3, 9);
        Matrix[] all = [.. Enumerable.Range(0, 3).Select(t => Planted.Trajectory(map, starts.SelectColumns(t, 1), 12))];

        var fit = new OptimizedEstimator { Project = false }.Fit(SnapshotData.FromTrajectories(all), la);

        Complex[] planted = [new(0.9, 0.3), new(0.9, -0.3), 0.7];
        Assert.InRange(Exponentials.Worst(planted, fit.Spectrum.Eigenvalues.ToArray()), 0, 1e-10);
        Assert.Empty(fit.Diagnostics.Warnings);
        foreach (var t in all)
        {
            Matrices.Close(t.SelectColumns(1, 11), fit.Predict(t.SelectColumns(0, 1), 11, la), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_RankDeficientAndDelayedData_KeepsWhatIsThere(string name)
    {
        var la = Algebras.Get(name);
        var times = Exponentials.Even(40, 0.2);
        var signal = Exponentials.Sum(_exponents, times, 1, 1);
        var data = SnapshotData.FromTrajectories(signal) with { TimeStep = 0.2 };

        // One row shows one exponent at most; eight delays of it show all five.
        var delayed = new OptimizedEstimator { Delays = 8 }.Fit(data, la);

        Assert.Equal(5, delayed.Rank);
        Assert.InRange(Exponentials.Worst(_exponents, delayed.Spectrum.ContinuousEigenvalues(0.2)), 0, 1e-8);
        var next = delayed.Predict(signal.SelectColumns(0, 8), 32, la);
        Matrices.Close(signal.SelectColumns(8, 32), next, 1e-8);
        Assert.Equal(0, new OptimizedEstimator().Fit(SnapshotData.FromTrajectories(new Matrix(3, 9)), la).Rank);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_TurnedAndScaledData_HasTheSameExponents(string name)
    {
        var la = Algebras.Get(name);
        var states = Exponentials.Noisy(Exponentials.Sum(_exponents, Exponentials.Even(40, 0.2), 8, 1), 0.05, 2);
        var turned = Matrices.Product(Matrices.Orthonormal(8, 8, 3), states);
        foreach (ref var value in turned.AsSpan())
        {
            value *= 1e-60;
        }

        var estimator = new OptimizedEstimator { RankRule = new RankRule.Fixed(5) };
        var expected = estimator.Fit(SnapshotData.FromTrajectories(states), la).Spectrum.Eigenvalues.ToArray();
        var actual = estimator.Fit(SnapshotData.FromTrajectories(turned), la).Spectrum.Eigenvalues.ToArray();

        Assert.InRange(Exponentials.Worst(expected, actual), 0, 1e-5);
    }

    [Fact]
    public void Fit_StoppedEarly_SaysSo()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var states = Exponentials.Noisy(Exponentials.Sum(_exponents, Exponentials.Even(40, 0.2), 8, 1), 0.2, 2);

        var fit = new OptimizedEstimator { RankRule = new RankRule.Fixed(5), MaxIterations = 1 }
            .Fit(SnapshotData.FromTrajectories(states), la);

        var warning = Assert.Single(fit.Diagnostics.Warnings);
        Assert.StartsWith("the fit in time had not converged after 1 iterations: the last lowered the error by", warning);
    }

    [Fact]
    public void Fit_BadInput_IsRefusedInOneSentence()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var data = SnapshotData.FromTrajectories(Matrices.Gaussian(2, 6, 1));

        Refused("pairs in no order", SnapshotData.FromPairs(new Matrix(2, 3), new Matrix(2, 3)), new());
        Refused("expected to be 6 long, got 2", data with { Times = [0, 1] }, new());
        Refused("which 2 delays need, got uneven", data with { Times = [0, 1, 3, 4, 5, 6] }, new() { Delays = 2 });
        Refused("at least 10 snapshots for 9 delays, got 6", data, new() { Delays = 9 });
        Refused(
            "expected to be 6 long, got 5",
            SnapshotData.FromTrajectories(new Matrix(2, 6), new Matrix(2, 5)), new());
        Assert.Throws<ArgumentOutOfRangeException>(() => new OptimizedEstimator { Delays = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OptimizedEstimator { MaxIterations = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OptimizedEstimator { Tolerance = 1 });

        void Refused(string message, SnapshotData bad, OptimizedEstimator estimator) =>
            Assert.Contains(
                message, Assert.Throws<ShapeMismatchException>(() => estimator.Fit(bad, la)).Message,
                StringComparison.Ordinal);
    }

    private static Matrix Joined(Matrix directions, int column, double factor)
    {
        var modes = new Matrix(2 * directions.Rows, 1);
        for (var i = 0; i < directions.Rows; i++)
        {
            modes[i, 0] = factor * directions[i, column];
        }

        return modes;
    }
}
