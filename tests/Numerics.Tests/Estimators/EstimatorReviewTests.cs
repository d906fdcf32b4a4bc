using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>What single methods say of themselves, where a careful reader found it wanting.</summary>
public sealed class EstimatorReviewTests
{
    private static readonly Matrix _map = Matrix.FromRows([[0.9, 0.2], [0, 0.5]]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Control_FixedRank_IsOfTheStatesWithoutTheirInputs(string name)
    {
        var la = Algebras.Get(name);
        var (x, u) = (Matrices.Gaussian(2, 40, 1), Matrices.Gaussian(1, 40, 2));
        var y = Matrices.Product(_map, x);
        RegressionProblems.Add(y, Matrices.Product(Matrix.FromRows([[1], [-2]]), u), 1);
        var data = SnapshotData.FromPairs(x, y) with { Inputs = [u] };

        var fit = new ControlEstimator { RankRule = new RankRule.Fixed(2) }.Fit(data, la);

        Matrices.Close(_map, RegressionProblems.Map(fit), 1e-12);
        Assert.Empty(fit.Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Symmetric_EqualEigenvalues_AreRealToTheBitWithOrthogonalVectors(string name)
    {
        var la = Algebras.Get(name);
        var turn = Matrices.Orthonormal(4, 4, 3);
        var twice = Matrices.Product(Matrices.Scaled(turn, [0.8, 0.8, 0.8, -0.3]), turn.Transpose());
        var estimator = new OrthogonalEstimator { Constraint = Constraint.Symmetric };

        var fit = estimator.Fit(SnapshotData.FromPairs(Planted.Linear(twice, 30, 4)), la).Spectrum;

        Assert.All(fit.Eigenvalues.ToArray(), v => Assert.Equal(0, v.Imaginary));
        Assert.Equal([0.8, 0.8, 0.8, -0.3], Real(fit.Eigenvalues), (a, b) => Math.Abs(a - b) < 1e-12);
        var vectors = new Matrix(4, 4, [.. fit.Vectors.AsSpan().ToArray().Select(v => v.Real)]);
        Matrices.OrthonormalColumns(vectors);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Refined_StatesThatDecayBelowTheirSquares_AreFitted(string name)
    {
        var states = Planted.Trajectory(
            Matrix.FromRows([[0.01, 0], [0, 0.02]]), Matrix.FromRows([[1], [1]]), 90);

        var fit = new RefinedEstimator { HoldOut = 0 }.Fit(SnapshotData.FromTrajectories(states), Algebras.Get(name));

        Assert.Equal([0.02, 0.01], Real(fit.Spectrum.Eigenvalues), (a, b) => Math.Abs(a - b) < 1e-8);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void DataResiduals_StatesThatDecayBelowTheirSquares_AreThoseOfTheirDirections(string name)
    {
        var states = new Matrix(1, 90, [.. Enumerable.Range(0, 90).Select(k => Math.Pow(0.001, k))]);

        var fit = new DmdEstimator { HoldOut = 0.05 }.Fit(SnapshotData.FromTrajectories(states), Algebras.Get(name));

        Assert.InRange(fit.Spectrum.DataResiduals.Span[0], 0, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void DataResiduals_EigenfunctionThatIsRoundOffOnTheHeldOut_IsNoNumberToTrust(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(2, 20, 5), Matrices.Gaussian(2, 20, 6));
        for (var j = 4; j < 20; j += 5)
        {
            // Pairs 4, 9, 14 and 19 are held out.
            x[1, j] = y[1, j] = 0;
        }

        for (var j = 0; j < 20; j++)
        {
            (y[0, j], y[1, j]) = (0.9 * x[0, j], 0.5 * x[1, j]);
        }

        var fit = new DmdEstimator().Fit(SnapshotData.FromPairs(x, y), la);

        Assert.Equal(0.9, fit.Spectrum.Eigenvalues.Span[0].Real, 1e-12);
        Assert.InRange(fit.Spectrum.DataResiduals.Span[0], 0, 1e-12);
        Assert.InRange(fit.Spectrum.DataResiduals.Span[1], 1e-3, double.PositiveInfinity);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Sparse_Errors_AreThoseOfTheModesThatWereKept(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromTrajectories(Planted.Trajectory(
            Matrix.FromRows([[0.9, 0], [0, -0.8]]), Matrix.FromRows([[1], [0.5]]), 30));

        var whole = new SparseEstimator { Price = 0 }.Fit(data, la);
        var fit = new SparseEstimator { MostModes = 1 }.Fit(data, la);

        // The second state is not predicted at all: its energy is what is missed.
        var (kept, lost) = (Energy(0.9, 1), Energy(0.8, 0.5));
        Assert.Equal(1, fit.Rank);
        Assert.Equal(Math.Sqrt(lost / (kept + lost)), fit.Diagnostics.FitError!.Value, 1e-10);
        Assert.Null(fit.Diagnostics.HoldOutError);
        Assert.InRange(whole.Diagnostics.FitError!.Value, 0, 1e-12);
        Assert.Equal(1, fit.Spectrum.DataResiduals.Length);

        static double Energy(double factor, double start) =>
            Enumerable.Range(1, 29).Sum(k => Math.Pow(start * Math.Pow(factor, k), 2));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Delays_TrajectoriesTooShortForThem_AreCountedInAWarning(string name)
    {
        var la = Algebras.Get(name);
        var wave = new Matrix(1, 30, [.. Enumerable.Range(0, 30).Select(k => Math.Cos(0.4 * k))]);
        var data = SnapshotData.FromTrajectories(wave, wave.SelectColumns(0, 3), wave.SelectColumns(0, 2));
        var sentence = "2 of 3 trajectories are too short and left out";

        Assert.Contains(sentence, new DmdEstimator { Delays = 3 }.Fit(data, la).Diagnostics.Warnings);
        Assert.Contains(
            sentence,
            new HavokEstimator { Delays = 3, RankRule = new RankRule.Fixed(2) }.Fit(data, la).Diagnostics.Warnings);
        Assert.Empty(new DmdEstimator().Fit(data, la).Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Bootstrap_OfAReducedRank_KeepsTheDirectionsThatAFitWouldHave(string name)
    {
        // Only the weakest of three directions has a future.
        var (x, y) = (Matrices.Gaussian(3, 400, 7), Matrices.Gaussian(3, 400, 8));
        for (var j = 0; j < 400; j++)
        {
            x[2, j] *= 0.1;
            for (var i = 0; i < 3; i++)
            {
                y[i, j] = (1e-3 * y[i, j]) + (i == 2 ? 0.8 * x[2, j] : 0);
            }
        }

        var estimator = new ReducedRankEstimator { RegressionRank = new RankRule.Fixed(1), Bootstraps = 20 };
        var fit = estimator.Fit(SnapshotData.FromPairs(x, y), Algebras.Get(name));

        Assert.Equal(0.8, fit.Spectrum.Eigenvalues.Span[0].Real, 5e-3);
        Assert.Equal(0.8, fit.Intervals!.Mean.Span[0].Real, 5e-3);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Bootstrap_OfADrivenSystem_KeepsTheDirectionsOfItsInputs(string name)
    {
        var (x, u) = (Matrices.Gaussian(2, 200, 9), Matrices.Gaussian(1, 200, 10));
        var y = Matrices.Product(_map, x);
        RegressionProblems.Add(y, Matrices.Product(Matrix.FromRows([[3], [-3]]), u), 1);
        RegressionProblems.Add(y, Matrices.Gaussian(2, 200, 11), 1e-3);
        var data = SnapshotData.FromPairs(x, y) with { Inputs = [u] };

        var intervals = new ControlEstimator { Bootstraps = 20 }.Fit(data, Algebras.Get(name)).Intervals!;

        Assert.Equal(0.9, intervals.Mean.Span[0].Real, 2e-3);
        Assert.Equal(0.5, intervals.Mean.Span[1].Real, 2e-3);
        Assert.InRange(intervals.StandardDeviation.Span[0].Real, 1e-6, 1e-3);
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedWhereTheyAreSet()
    {
        Assert.StartsWith(
            "at least 1 state is stacked",
            Assert.Throws<ArgumentOutOfRangeException>(() => new KernelEstimator { Delays = 0 }).Message);
        Assert.StartsWith(
            "the number of pairs to refine is not negative",
            Assert.Throws<ArgumentOutOfRangeException>(() => new RefinedEstimator { RefineLimit = -1 }).Message);
    }

    private static double[] Real(ReadOnlyMemory<Complex> values) =>
        Array.ConvertAll(values.ToArray(), value => value.Real);
}
