using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>Every method of the catalogue at the edges: no rank, one feature, one pair, weights, summaries.</summary>
public sealed class EstimatorEdgeTests
{
    public static TheoryData<string, string> All => EstimatorContract.OnAll();

    public static TheoryData<string, string> OfPairs => EstimatorContractTests.OfPairs;

    public static TheoryData<string, string> Regressions =>
        EstimatorContract.OnAll(method => EstimatorContract.Entry(method).Streams);

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_NothingButZeros_IsTheEmptyOperatorThatPredictsZeros(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var data = EstimatorContract.WithInputs(method, SnapshotData.FromTrajectories(new Matrix(3, 12)));
        if (data.Inputs is not null)
        {
            data = data with { Inputs = [Matrices.Gaussian(1, 12, 1)] };
        }

        var fit = EstimatorContract.Create(method).Fit(data, la);

        // A dictionary with a constant has a constant, whatever the data.
        Complex[] expected = method == "edmd" ? [1] : [];
        Assert.Equal(expected.Length, fit.Rank);
        Assert.InRange(expected.Zip(fit.Spectrum.Eigenvalues.ToArray(), (a, b) => (a - b).Magnitude).Sum(), 0, 1e-12);
        var inputs = fit.Input is null ? null : Matrices.Gaussian(1, 5, 2);
        Assert.All(
            fit.Predict(Matrices.Gaussian(3, fit.Delays, 3), 5, la, inputs).AsSpan().ToArray(),
            x => Assert.Equal(0, x, 1e-12));
        Assert.Equal(expected.Length, fit.Eigenfunctions(new Matrix(3 * fit.Delays, 2), la).Rows);
        if (fit.Input is null)
        {
            Assert.All(fit.PredictAt(Matrices.Gaussian(3, fit.Delays, 4), 9, la), x => Assert.Equal(0, x, 1e-12));
        }

        Assert.All(fit.Spectrum.DataResiduals.ToArray(), r => Assert.Equal(0, r, 1e-12));
        Assert.Equal(1, fit.Diagnostics.ConditionNumber, 1e-12);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_OneFeature_FindsItsFactor(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var states = new Matrix(1, 20, [.. Enumerable.Range(0, 20).Select(k => 3 * Math.Pow(0.8, k))]);
        var data = SnapshotData.FromTrajectories(states) with
        {
            Inputs = EstimatorContract.Entry(method).TakesInputs ? [Matrices.Gaussian(1, 20, 4)] : null,
        };

        var fit = EstimatorContract.Create(method).Fit(data, la);

        Complex[] expected = method switch
        {
            "edmd" => [1, 0.8],
            "orthogonal" or "measure-preserving" => [1],
            "ridge" => [0.8 / (1 + 1e-4)],
            "havok" => [Math.Exp(((8 * (0.8 - 1.25)) - (0.64 - 1.5625)) / 12)],
            _ => [0.8],
        };
        Assert.Equal(expected.Length, fit.Rank);
        Assert.InRange(SpectrumDistance.Wasserstein(expected, fit.Spectrum.Eigenvalues.Span), 0, 1e-9);
    }

    [Theory]
    [MemberData(nameof(OfPairs))]
    public void Fit_OnePair_IsTheLeastMapThatMakesIt(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var (x, y) = (Matrix.FromRows([[1], [2], [2]]), Matrix.FromRows([[3], [0], [3]]));
        var data = EstimatorContract.WithInputs(method, SnapshotData.FromPairs(x, y));

        var fit = EstimatorContract.Create(method).Fit(data, la);

        // x'y = 9 = x'x. States and inputs, brought to one size, share what one pair says.
        var expected = method switch { "edmd" => 10 / 10.0, "control" => 0.5, "ridge" => 1 / (1 + (1e-4 / 3)), _ => 1 };
        Assert.Equal(1, fit.Rank);
        Assert.Equal(0, (fit.Spectrum.Eigenvalues.Span[0] - expected).Magnitude, 1e-12);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Spectrum_ModesAndAmplitudes_MakeTheTrajectoryUpAgain(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var planted = PlantedCase.All["rank-deficient"];
        var states = planted.Trajectory(24);
        var data = EstimatorContract.WithInputs(method, EstimatorContract.Entry(method).NeedsTrajectories
            ? SnapshotData.FromTrajectories(states)
            : SnapshotData.FromPairs(states.SelectColumns(0, 23), states.SelectColumns(1, 23)));

        var fit = EstimatorContract.Create(method, "rank=tol:1e-7").Fit(data, la);

        // What the operator itself predicts, whether or not that is what happened.
        var inputs = fit.Input is null ? null : new Matrix(1, 4);
        var predicted = fit.Predict(states.SelectColumns(0, fit.Delays), 4, la, inputs);
        for (var k = 0; k < 4; k++)
        {
            for (var i = 0; i < 6; i++)
            {
                var sum = Complex.Zero;
                for (var j = 0; j < fit.Rank; j++)
                {
                    sum += fit.Spectrum.Modes[i, j] * fit.Spectrum.Amplitudes.Span[j]
                        * Complex.Pow(fit.Spectrum.Eigenvalues.Span[j], k + 1);
                }

                Assert.Equal(predicted[i, k], sum.Real, 1e-6);
                Assert.Equal(0, sum.Imaginary, 1e-9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(OfPairs))]
    public void Fit_EqualEigenvaluesThatAreNotDefective_KeepTheirDigitsAndPredict(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var x = Matrices.Gaussian(3, 30, 11);
        var data = EstimatorContract.WithInputs(
            method, SnapshotData.FromPairs(x, Matrices.Scaled(x, [.. Enumerable.Repeat(0.5, 30)])));

        var fit = EstimatorContract.Create(method, "rank=tol:1e-7").Fit(data, la);

        var one = method is "orthogonal" or "measure-preserving";
        var values = method == "edmd" ? fit.Spectrum.Eigenvalues[1..] : fit.Spectrum.Eigenvalues;
        var expected = Enumerable.Repeat((Complex)(one ? 1 : 0.5), 3).ToArray();
        var tolerance = method == "ridge" ? 1e-3 : 1e-9;
        Assert.InRange(SpectrumDistance.Wasserstein(expected, values.Span), 0, tolerance);
        var predicted = fit.Predict(x.SelectColumns(0, 1), 1, la, fit.Input is null ? null : new Matrix(1, 1));
        Matrices.Close(Matrices.Scaled(x.SelectColumns(0, 1), [one ? 1 : 0.5]), predicted, tolerance);
        var amplitudes = fit.Spectrum.Amplitudes.ToArray().Max(b => b.Magnitude);
        Assert.InRange(amplitudes, 0, 1e3);
    }

    [Theory]
    [MemberData(nameof(OfPairs))]
    public void Fit_WeightOfAPair_IsHowOftenItCounts(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var noisy = RegressionProblems.Noisy(4, 20, 0.05, 5);
        int[] times = [.. Enumerable.Range(0, 20).Select(j => j % 4)];
        int[] repeated = [.. times.SelectMany((count, j) => Enumerable.Repeat(j, count))];
        var inputs = EstimatorContract.Entry(method).TakesInputs ? Matrices.Gaussian(1, 20, 6) : null;
        Matrix Repeated(Matrix a) => new(
            a.Rows, repeated.Length, [.. repeated.SelectMany(j => a.SelectColumns(j, 1).AsSpan().ToArray())]);

        var estimator = EstimatorContract.Create(method, "rank=tol:1e-6");
        var weighted = estimator.Fit(
            SnapshotData.FromPairs(new SnapshotPairs(noisy.X, noisy.Y, Array.ConvertAll(times, t => (double)t))) with
            {
                Inputs = inputs is null ? null : [inputs],
            },
            la);
        var counted = estimator.Fit(
            SnapshotData.FromPairs(Repeated(noisy.X), Repeated(noisy.Y)) with
            {
                Inputs = inputs is null ? null : [Repeated(inputs)],
            },
            la);

        Assert.Equal(counted.Rank, weighted.Rank);
        Assert.InRange(
            SpectrumDistance.Wasserstein(counted.Spectrum.Eigenvalues.Span, weighted.Spectrum.Eigenvalues.Span),
            0, 1e-8);
        Assert.Equal(counted.Diagnostics.FitError ?? 0, weighted.Diagnostics.FitError ?? 0, 1e-8);
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void Regress_SummedProducts_CutsWhatTheyCannotHold(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var estimator = (PairEstimator)EstimatorContract.Create(method);
        var lifted = Lifted(estimator);
        var shown = estimator.Regress(lifted, la);
        var squared = estimator.Regress(lifted with { Squared = true }, la);

        Assert.Equal((2, false), (shown.Spectrum.Rank.Rank, shown.Squared));
        Assert.Equal((1, true), (squared.Spectrum.Rank.Rank, squared.Squared));
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void Regress_ManyPairsInFewColumns_CutsByTheirCount(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var estimator = (PairEstimator)EstimatorContract.Create(method) with
        {
            RankRule = new RankRule.OptimalThreshold(1e-3),
        };
        var lifted = Lifted(estimator);

        // Of 24 pairs the noise reaches 5e-3, of a hundred million 10: more than all there is.
        Assert.Equal(1, estimator.Regress(lifted, la).Spectrum.Rank.Rank);
        Assert.Equal(0, estimator.Regress(lifted with { Count = 100_000_000 }, la).Spectrum.Rank.Rank);
    }

    [Theory]
    [MemberData(nameof(OfPairs))]
    public void Diagnostics_OfAFit_CountTheDigitsOfAllThatWasInverted(string algebra, string method)
    {
        var la = Algebras.Get(algebra);
        var x = Matrices.WithSingularValues(3, 30, [1, 1e-2, 1e-4], 8);

        // What follows is decided by the first direction alone.
        var y = Matrices.Product(Matrices.Product(Matrices.Gaussian(3, 1, 9), Matrices.Gaussian(1, 3, 10)), x);
        var estimator = EstimatorContract.Create(method, "rank=tol:1e-7");

        var fit = estimator.Fit(EstimatorContract.WithInputs(method, SnapshotData.FromPairs(x, y)), la);

        // With columns scaled first, or a constant beside them, it is another matrix of about that condition.
        Assert.InRange(fit.Diagnostics.ConditionNumber, 1e3, 1e5);
    }

    private static LiftedPairs Lifted(PairEstimator estimator) => new(
        PlantedCase.All["condition 1e10"].Pairs(), estimator.TakesInputs ? Matrices.Gaussian(1, 24, 7) : null);
}
