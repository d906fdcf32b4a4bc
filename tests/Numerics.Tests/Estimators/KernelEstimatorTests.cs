using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Observables;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class KernelEstimatorTests
{
    private static readonly KernelEstimator _linear = new() { Kernel = KernelKind.Linear };

    public static TheoryData<string> All => Algebras.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_T25LinearKernel_IsDmd(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), 50, 1);

        var fit = _linear.Fit(SnapshotData.FromPairs(pairs), la);

        Close(fit, 1e-10, .9, .5);
        Assert.All(fit.Spectrum.Residuals.ToArray(), r => Assert.InRange(r, 0, 1e-7));
        Assert.InRange(fit.Diagnostics.HoldOutError!.Value, 0, 1e-10);
        Matrices.Close(Matrix.FromRows([[1.3], [1]]), fit.Predict(Matrix.FromRows([[1], [2]]), 1, la), 1e-10);

        // The modes of S9 are the eigenvectors of the map: (1, 0) and (1, -2).
        Assert.Equal(0, Complex.Abs(fit.Spectrum.Modes[1, 0]), 1e-9);
        Assert.Equal(-2, (fit.Spectrum.Modes[1, 1] / fit.Spectrum.Modes[0, 1]).Real, 1e-8);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_T10QuadraticKernel_FindsTheLatticeWithoutADictionary(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(EdmdTests.QuadraticMap(80, 3));

        var fit = new KernelEstimator { Kernel = KernelKind.Polynomial, Degree = 4 }.Fit(data, la);

        foreach (var lambda in (double[])[1, .9, .81, .5, .45, .25])
        {
            Assert.Contains(fit.Spectrum.Eigenvalues.ToArray(), value => Complex.Abs(value - lambda) < 1e-5);
        }

        var x = Matrix.FromRows([[.7], [-.4]]);
        Matrices.Close(Matrix.FromRows([[.63], [-.2 + (.31 * .49)]]), fit.Predict(x, 1, la), 1e-8);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_GaussianAndLaplacian_PredictASmoothMapHeldOut(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (new Matrix(1, 120), new Matrix(1, 120));
        for (var j = 0; j < 120; j++)
        {
            // Dense in [-2, 2] in no order: what is held out lies between what is not.
            x[0, j] = 2 * Math.Sin(j);
            y[0, j] = Math.Sin(x[0, j]);
        }

        var gaussian = new KernelEstimator().Fit(SnapshotData.FromPairs(x, y), la);
        var laplacian = new KernelEstimator { Kernel = KernelKind.Laplacian }.Fit(SnapshotData.FromPairs(x, y), la);

        Assert.InRange(gaussian.Diagnostics.HoldOutError!.Value, 0, 1e-4);
        Assert.InRange(laplacian.Diagnostics.HoldOutError!.Value, 0, 0.1);
        Assert.True(laplacian.Diagnostics.HoldOutError < laplacian.Diagnostics.PersistenceError);
        Assert.Equal(Math.Sin(.3), gaussian.Predict(Matrix.FromRows([[.3]]), 1, la)[0, 0], 1e-5);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_DefectiveAndNonNormalMaps_AreRecovered(string name)
    {
        var la = Algebras.Get(name);
        var jordan = Matrix.FromRows([[.6, 1], [0, .6]]);
        var skewed = Matrix.FromRows([[.9, 100], [0, .5]]);

        var defective = _linear.Fit(SnapshotData.FromPairs(Planted.Linear(jordan, 30, 2)), la);
        var nonNormal = _linear.Fit(SnapshotData.FromPairs(Planted.Linear(skewed, 30, 3)), la);

        Close(defective, 1e-6, .6, .6);
        Close(nonNormal, 1e-9, .9, .5);
        var x = Matrix.FromRows([[1], [2]]);
        Matrices.Close(Planted.Trajectory(jordan, x, 6).SelectColumns(1, 5), defective.Predict(x, 5, la), 1e-9);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_RankDeficientOrIllConditioned_SaysWhatIsRoundOff(string name)
    {
        var la = Algebras.Get(name);
        var plane = Planted.Linear(Matrix.FromRows([[.9, .2, 0], [0, .5, 0], [0, 0, .3]]), 40, 4);
        var (flatX, flatY) = (plane.X.Copy(), plane.Y.Copy());
        var (graded, gradedY) = (plane.X.Copy(), plane.Y.Copy());
        for (var j = 0; j < 40; j++)
        {
            (flatX[2, j], flatY[2, j]) = (0, 0);
            (graded[2, j], gradedY[2, j]) = (1e-10 * graded[2, j], 1e-10 * gradedY[2, j]);
        }

        var flat = _linear.Fit(SnapshotData.FromPairs(flatX, flatY), la);
        var ill = _linear.Fit(SnapshotData.FromPairs(graded, gradedY), la);

        Close(flat, 1e-9, .9, .5);

        // A Gram matrix sees 1e-7 of the largest direction and no less: the third is cut, and the reason says where.
        Close(ill, 1e-9, .9, .5);
        Assert.StartsWith("s > 9.4", ill.Diagnostics.Rank.Reason, StringComparison.Ordinal);
        Assert.Equal(2 * Math.Log10(ill.Diagnostics.ConditionNumber), ill.Diagnostics.DigitsLost);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_RotatedShiftedOrPermuted_HasTheSameSpectrum(string name)
    {
        var la = Algebras.Get(name);
        var pairs = EdmdTests.QuadraticMap(40, 5);
        var estimator = new KernelEstimator { Bandwidth = 3, RankRule = new RankRule.RelTol(1e-3) };
        var expected = estimator.Fit(SnapshotData.FromPairs(pairs), la);
        var q = Matrices.Orthonormal(2, 2, 6);
        var (x, y) = (Matrices.Product(q, pairs.X), Matrices.Product(q, pairs.Y));
        foreach (var matrix in (Matrix[])[x, y])
        {
            foreach (ref var value in matrix.AsSpan())
            {
                value += 5;
            }
        }

        var moved = estimator.Fit(SnapshotData.FromPairs(x, y), la);
        var order = Enumerable.Range(0, 40).Reverse().ToArray();
        var permuted = estimator.Fit(SnapshotData.FromPairs(Pick(pairs.X, order), Pick(pairs.Y, order)), la);
        var scaled = (estimator with { Bandwidth = 30 }).Fit(
            SnapshotData.FromPairs(Times(pairs.X, 10), Times(pairs.Y, 10)), la);

        foreach (var fit in (KoopmanOperator[])[moved, permuted, scaled])
        {
            Close(fit, 1e-7, expected.Spectrum.Eigenvalues.ToArray());
            Assert.Equal(
                expected.Spectrum.Residuals.ToArray(), fit.Spectrum.Residuals.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_WeightsOfTwo_AreTwoCopies(string name)
    {
        var la = Algebras.Get(name);
        var pairs = EdmdTests.QuadraticMap(20, 7);
        var weights = new double[20];
        Array.Fill(weights, 1);
        weights[0] = 2;
        int[] twice = [0, .. Enumerable.Range(0, 20)];
        var estimator = new KernelEstimator { Bandwidth = 2, HoldOut = 0, RankRule = new RankRule.RelTol(1e-2) };

        var weighted = estimator.Fit(SnapshotData.FromPairs(new SnapshotPairs(pairs.X, pairs.Y, weights)), la);
        var copied = estimator.Fit(SnapshotData.FromPairs(Pick(pairs.X, twice), Pick(pairs.Y, twice)), la);

        Close(weighted, 1e-9, copied.Spectrum.Eigenvalues.ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_MorePairsThanAllowed_TakesASeededPartAndSaysSo(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Planted.Linear(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), 90, 1));
        var estimator = _linear with { MostPairs = 30, Seed = 4 };

        var fit = estimator.Fit(data, la);

        Close(fit, 1e-10, .9, .5);
        Assert.Equal(["30 of 90 pairs were fitted, drawn uniformly with seed 4"], fit.Diagnostics.Warnings);
        Assert.Equal(90, fit.Diagnostics.Pairs);
        Assert.Equal(32, fit.Observables.Count);
        Assert.Equal(fit.Encoder.AsSpan().ToArray(), estimator.Fit(data, la).Encoder.AsSpan().ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_EveryDirectionKept_IsReportedAsInterpolation(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrix.FromRows([[0, 1, 2]]), Matrix.FromRows([[5, -1, 3]]));

        var fit = new KernelEstimator { Bandwidth = .5, HoldOut = 0 }.Fit(SnapshotData.FromPairs(x, y), la);

        Assert.InRange(fit.Diagnostics.FitError!.Value, 0, 1e-12);
        Assert.Equal(
            "all 3 directions of the kernel were kept, so the fit meets its own pairs exactly: "
            + "judge it by the held-out error",
            Assert.Single(fit.Diagnostics.Warnings));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_CappedRank_KeepsTheLeadingDirections(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(EdmdTests.QuadraticMap(120, 17));
        var estimator = new KernelEstimator { Bandwidth = 2 };

        var capped = (estimator with { RankCap = 6 }).Fit(data, la);
        var fixedRank = (estimator with { RankRule = new RankRule.Fixed(6) }).Fit(data, la);

        // By a few blocks of products there, by a full decomposition here.
        Close(capped, 1e-9, fixedRank.Spectrum.Eigenvalues.ToArray());
        Assert.EndsWith(", capped at 6", capped.Diagnostics.Rank.Reason, StringComparison.Ordinal);
        Assert.Equal(
            fixedRank.Diagnostics.Rank.DiscardedEnergy, capped.Diagnostics.Rank.DiscardedEnergy, 1e-12);
        Assert.Equal(fixedRank.Diagnostics.HoldOutError!.Value, capped.Diagnostics.HoldOutError!.Value, 1e-9);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_ResidualsInTheKernelsSpace_AreThoseOfItsExplicitFeatures(string name)
    {
        var la = Algebras.Get(name);
        var pairs = EdmdTests.QuadraticMap(30, 8);

        // (1 + x'y)^2 has the features 1, sqrt(2) x, x_i^2, sqrt(2) x1 x2: DMD of these sees the same residuals.
        var fit = new KernelEstimator
        {
            Kernel = KernelKind.Polynomial,
            Bandwidth = 1,
            HoldOut = 0,
            RankRule = new RankRule.Fixed(4),
        }.Fit(SnapshotData.FromPairs(pairs), la);
        var explicitFit = new DmdEstimator { HoldOut = 0, RankRule = new RankRule.Fixed(4) }
            .Fit(SnapshotData.FromPairs(Quadratics(pairs.X), Quadratics(pairs.Y)), la);

        Close(fit, 1e-9, explicitFit.Spectrum.Eigenvalues.ToArray());
        var expected = explicitFit.Spectrum.Residuals.ToArray();
        Assert.Equal(expected, fit.Spectrum.Residuals.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Contains(expected, r => r > 1e-2);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_DelaysAndStorage_WorkAsForEveryOperator(string name)
    {
        var la = Algebras.Get(name);
        var signal = new Matrix(1, 60);
        for (var k = 0; k < 60; k++)
        {
            signal[0, k] = Math.Cos(.3 * k);
        }

        var fit = (_linear with { Delays = 2 }).Fit(SnapshotData.FromTrajectories(signal), la);

        Close(fit, 1e-9, Complex.Exp(new Complex(0, .3)), Complex.Exp(new Complex(0, -.3)));
        Assert.Equal(Math.Cos(.3 * 64), fit.Predict(signal, 5, la)[0, 4], 1e-8);
        var loaded = Dictionary.Load(DictionaryStorageTests.RoundTrip(fit.Observables), "psi.");
        var again = (fit with { Observables = loaded }).Predict(signal, 5, la);
        Assert.Equal(fit.Predict(signal, 5, la).AsSpan().ToArray(), again.AsSpan().ToArray());
    }

    [Fact]
    public void Fit_BadOptionsAndData_SayWhatWasExpected()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var data = SnapshotData.FromPairs(Matrix.FromRows([[1, 2]]), Matrix.FromRows([[1, 2]]));

        Message("the kernel has to be positive definite", () => new KernelEstimator { Kernel = KernelKind.ThinPlate });
        Message("a bandwidth is positive and finite", () => new KernelEstimator { Bandwidth = 0 });
        Message("the degree lies between 1 and 64", () => new KernelEstimator { Degree = 0 });
        Message("a kernel is fitted to at most 1 to 10000 pairs", () => new KernelEstimator { MostPairs = 10_001 });
        Message("a kernel keeps at most 1 to 10000 directions", () => new KernelEstimator { RankCap = 0 });
        Message("the fraction held out lies in [0, 1)", () => new KernelEstimator { HoldOut = 1 });
        var inputs = data with { Inputs = [Matrix.FromRows([[1, 2]])] };
        Assert.Equal(
            "the data of kernel-edmd was expected to be without inputs, got inputs",
            Assert.Throws<ShapeMismatchException>(() => new KernelEstimator().Fit(inputs, la)).Message);

        static void Message(string start, Func<object> make) => Assert.StartsWith(
            start, Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_ZeroSnapshotsOfALinearKernel_IsTheEmptyOperator(string name)
    {
        var la = Algebras.Get(name);

        var fit = (_linear with { HoldOut = 0 }).Fit(SnapshotData.FromPairs(new Matrix(2, 5), new Matrix(2, 5)), la);

        Assert.Equal(0, fit.Rank);
        Assert.Equal([0, 0], fit.Predict(Matrix.FromRows([[1], [2]]), 1, la).Column(0).ToArray());
        Assert.Equal(0, fit.Eigenfunctions(new Matrix(2, 3), la).Rows);
    }

    private static Matrix Quadratics(Matrix x)
    {
        var (features, root) = (new Matrix(6, x.Columns), Math.Sqrt(2));
        for (var j = 0; j < x.Columns; j++)
        {
            var (a, b) = (x[0, j], x[1, j]);
            double[] column = [1, root * a, root * b, a * a, b * b, root * a * b];
            column.CopyTo(features.Column(j));
        }

        return features;
    }

    private static Matrix Pick(Matrix source, int[] columns)
    {
        var picked = new Matrix(source.Rows, columns.Length);
        for (var j = 0; j < columns.Length; j++)
        {
            source.Column(columns[j]).CopyTo(picked.Column(j));
        }

        return picked;
    }

    private static Matrix Times(Matrix source, double factor) =>
        new(source.Rows, source.Columns, Array.ConvertAll(source.AsSpan().ToArray(), v => factor * v));

    private static void Close(KoopmanOperator fit, double tolerance, params Complex[] expected)
    {
        var actual = fit.Spectrum.Eigenvalues.ToArray();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected, lambda => Assert.Contains(actual, value => Complex.Abs(value - lambda) < tolerance));
    }
}
