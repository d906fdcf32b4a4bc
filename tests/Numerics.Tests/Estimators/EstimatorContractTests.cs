using System.Numerics;

using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>
/// What every method of the catalogue promises, on both linear algebras; where one by nature promises something else,
/// <see cref="EstimatorContract"/> says what and why.
/// </summary>
public sealed class EstimatorContractTests
{
    private const int Steps = 4;

    public static TheoryData<string, string> All => EstimatorContract.OnAll();

    public static TheoryData<string, string> OfPairs =>
        EstimatorContract.OnAll(method => !EstimatorContract.Entry(method).NeedsTrajectories);

    public static TheoryData<string, string> OfTrajectories =>
        EstimatorContract.OnAll(method => EstimatorContract.Entry(method).NeedsTrajectories);

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var row in All)
            {
                foreach (var planted in PlantedCase.All.Keys)
                {
                    data.Add(row.Data.Item1, row.Data.Item2, planted);
                }
            }

            return data;
        }
    }

    [Fact]
    public void Methods_OfTheCatalogue_AreAllHere() => Assert.Equal(
        EstimatorCatalogue.Methods.Select(m => m.Name).Order(), EstimatorContract.Methods.Keys.Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fit_PlantedCase_FindsItsSpectrumAndPredicts(string algebra, string method, string name)
    {
        var (la, planted, contract) = (
            Algebras.Get(algebra), PlantedCase.All[name], EstimatorContract.Methods[method]);
        var ofTrajectories = EstimatorContract.Entry(method).NeedsTrajectories;
        var data = ofTrajectories
            ? SnapshotData.FromTrajectories(planted.Trajectory(24))
            : SnapshotData.FromPairs(planted.Pairs());

        var fit = EstimatorContract.Create(method).Fit(EstimatorContract.WithInputs(method, data), la);

        if (contract.Squares && planted.S[1] < 1e-8)
        {
            Near([planted.B[0, 0]], fit, planted.Tolerance);
            Assert.Equal(1, fit.Diagnostics.Rank.Possible);
            Assert.DoesNotContain("1E-12", fit.Diagnostics.Rank.Reason, StringComparison.Ordinal);
            return;
        }

        Near(contract.Truth(planted), fit, planted.Tolerance);
        if (contract.FindsTheMap)
        {
            var states = planted.Trajectory(fit.Delays + Steps);
            var expected = states.SelectColumns(fit.Delays, Steps);
            Matrices.Close(expected, Predict(fit, states.SelectColumns(0, fit.Delays), la), planted.Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_TurnedData_HasTheSameSpectrum(string algebra, string method)
    {
        var (la, data) = (Algebras.Get(algebra), Natural(method));
        var turn = Matrices.Orthonormal(data.Width, data.Width, 50);

        var turned = Mapped(data, states => Matrices.Product(turn, states));

        Same(method, Fit(method, data, la), Fit(method, turned, la));
    }

    [Theory]
    [MemberData(nameof(OfPairs))]
    public void Fit_PairsInAnotherOrder_HasTheSameSpectrum(string algebra, string method)
    {
        var (la, data) = (Algebras.Get(algebra), Natural(method));
        var pairs = data.Pairs(1);
        var order = Enumerable.Range(0, pairs.X.Columns).ToArray();
        new Random(51).Shuffle(order);
        Matrix Shuffled(Matrix a) => new(
            a.Rows, a.Columns, [.. order.SelectMany(j => a.SelectColumns(j, 1).AsSpan().ToArray())]);

        var shuffled = SnapshotData.FromPairs(new SnapshotPairs(
            Shuffled(pairs.X), Shuffled(pairs.Y), Array.ConvertAll(order, j => pairs.Weights.Span[j])));
        shuffled = shuffled with { Inputs = data.Inputs is { } inputs ? [Shuffled(inputs[0])] : null };

        Same(method, Fit(method, data, la), Fit(method, shuffled, la));
    }

    [Theory]
    [MemberData(nameof(OfTrajectories))]
    public void Fit_TrajectoriesInAnotherOrder_HasTheSameSpectrum(string algebra, string method)
    {
        var (la, data) = (Algebras.Get(algebra), Natural(method));

        var swapped = SnapshotData.FromTrajectories([.. data.Trajectories.Reverse()]);

        Same(method, Fit(method, data, la), Fit(method, swapped, la));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_DataInAnotherUnit_HasTheSameSpectrumAndPredictsInThatUnit(string algebra, string method)
    {
        var (la, data) = (Algebras.Get(algebra), Natural(method));
        var fit = Fit(method, data, la);
        var history = Matrices.Gaussian(data.Width, fit.Delays, 52);
        var predicted = Predict(fit, history, la);
        foreach (var unit in (double[])[1e3, 1e-3])
        {
            Matrix InUnit(Matrix a) => Matrices.Scaled(a, [.. Enumerable.Repeat(unit, a.Columns)]);

            var other = Fit(method, Mapped(data, InUnit), la);

            Same(method, fit, other);
            var back = InUnit(predicted);
            Assert.InRange(
                Matrices.Distance(back, Predict(other, InUnit(history), la)), 0, 1e-4 * Matrices.Norm(back));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_Again_GivesTheSameBitsWhateverWasPredicted(string algebra, string method)
    {
        var (la, data) = (Algebras.Get(algebra), Natural(method));
        var history = Matrices.Gaussian(data.Width, 8, 53);

        var first = Fit(method, data, la);
        var before = Bits(first);
        var (once, twice) = (Predict(first, history, la), Predict(first, history, la));
        first.Eigenfunctions(Stacked(history, first.Delays), la);
        var again = Fit(method, data, la);

        Assert.Equal(before, Bits(first));
        Assert.Equal(before, Bits(again));
        Assert.Equal(once.AsSpan().ToArray(), twice.AsSpan().ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Spectrum_OfRealData_HasExactConjugatesBesideEachOther(string algebra, string method)
    {
        var fit = Fit(method, Natural(method), Algebras.Get(algebra)).Spectrum;

        var values = fit.Eigenvalues.ToArray();
        for (var j = 0; j < values.Length; j++)
        {
            if (values[j].Imaginary != 0)
            {
                Assert.Equal(Complex.Conjugate(values[j]), values[j + 1]);
                var (upper, lower) = (fit.Amplitudes.Span[j], fit.Amplitudes.Span[j + 1]);
                Assert.Equal(0, (Complex.Conjugate(upper) - lower).Magnitude, 1e-9 * (1 + upper.Magnitude));
                j++;
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Options_ThroughTheCataloguesText_MakeAnEqualEstimator(string algebra, string method)
    {
        _ = Algebras.Get(algebra);
        var estimator = EstimatorContract.Create(method);

        var request = EstimatorCatalogue.Describe(estimator);

        Assert.Equal(estimator, EstimatorCatalogue.Create(request));
        Assert.NotEqual(EstimatorContract.Entry(method).Prototype, estimator);
    }

    /// <summary>
    /// Noise on everything, pairs of different weight: nothing special; no noise for what sees part of it only.
    /// </summary>
    private static SnapshotData Natural(string method)
    {
        if (EstimatorContract.Methods[method].SeesPartOfTheNoise)
        {
            return SnapshotData.FromPairs(PlantedCase.All["rank-deficient"].Pairs());
        }

        if (!EstimatorContract.Entry(method).NeedsTrajectories)
        {
            return EstimatorContract.WithInputs(
                method, SnapshotData.FromPairs(RegressionProblems.Noisy(6, 40, 0.01, 54)));
        }

        var (fast, slow) = (RegressionProblems.Rotation(1.1, 0.95), RegressionProblems.Rotation(0.4, 0.99));
        var map = new Matrix(4, 4);
        for (var i = 0; i < 4; i++)
        {
            map[i % 2, i / 2] = fast[i % 2, i / 2];
            map[2 + (i % 2), 2 + (i / 2)] = slow[i % 2, i / 2];
        }

        Matrix Run(int seed) => Exponentials.Noisy(
            Matrices.Product(
                Matrices.Orthonormal(6, 4, 55), Planted.Trajectory(map, Matrices.Gaussian(4, 1, seed), 30)),
            1e-3, seed + 1);
        return SnapshotData.FromTrajectories(Run(56), Run(58));
    }

    // Of trajectories the four directions that are no noise.
    private static KoopmanOperator Fit(string method, SnapshotData data, ILinearAlgebra la) => EstimatorContract
        .Create(method, EstimatorContract.Entry(method).NeedsTrajectories ? ["rank=4"] : []).Fit(data, la);

    private static SnapshotData Mapped(SnapshotData data, Func<Matrix, Matrix> map)
    {
        if (!data.IsPairs)
        {
            return SnapshotData.FromTrajectories([.. data.Trajectories.Select(map)]);
        }

        var pairs = data.Pairs(1);
        return SnapshotData.FromPairs(new SnapshotPairs(map(pairs.X), map(pairs.Y), pairs.Weights)) with
        {
            Inputs = data.Inputs,
        };
    }

    private static Matrix Predict(KoopmanOperator fit, Matrix history, ILinearAlgebra la) => fit.Predict(
        history, Steps, la, fit.Input is null ? null : new Matrix(fit.InputWidth, Steps));

    private static Matrix Stacked(Matrix history, int delays) => new(
        history.Rows * delays, 1,
        [
            .. Enumerable.Range(1, delays)
                .SelectMany(j => history.SelectColumns(history.Columns - j, 1).AsSpan().ToArray()),
        ]);

    private static void Near(Complex[] expected, KoopmanOperator fit, double tolerance)
    {
        Assert.Equal(expected.Length, fit.Rank);
        Assert.InRange(SpectrumDistance.Wasserstein(expected, fit.Spectrum.Eigenvalues.Span), 0, tolerance);
    }

    private static void Same(string method, KoopmanOperator one, KoopmanOperator other)
    {
        Assert.Equal(one.Rank, other.Rank);
        Assert.InRange(
            SpectrumDistance.Wasserstein(one.Spectrum.Eigenvalues.Span, other.Spectrum.Eigenvalues.Span), 0,
            EstimatorContract.Methods[method].Same);
    }

    private static double[] Bits(KoopmanOperator fit) =>
    [
        .. fit.Encoder.AsSpan(), .. fit.Reduced.AsSpan(), .. fit.Decoder.AsSpan(), .. fit.Image.AsSpan(),
        .. fit.Spectrum.Eigenvalues.ToArray().SelectMany(v => (double[])[v.Real, v.Imaginary]),
        .. fit.Spectrum.Modes.AsSpan().ToArray().SelectMany(v => (double[])[v.Real, v.Imaginary]),
    ];
}
