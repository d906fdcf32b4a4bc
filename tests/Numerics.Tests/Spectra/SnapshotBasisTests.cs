using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Spectra;

/// <summary>Every way to the leading directions gives one operator; what each loses is known.</summary>
public sealed class SnapshotBasisTests
{
    private const int Features = 12;
    private const int Pairs = 2000;

    public static TheoryData<string, BasisMethod> Ways
    {
        get
        {
            var data = new TheoryData<string, BasisMethod>();
            foreach (var name in Algebras.Names)
            {
                foreach (var method in (BasisMethod[])[BasisMethod.Svd, BasisMethod.Qr, BasisMethod.Gram])
                {
                    data.Add(name, method);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Fit_NonNormalMap_RecoversIt(string name, BasisMethod method)
    {
        var (map, values) = NonNormal(0);
        var fit = Fit(Planted.Linear(map, Pairs, 1), method, new RankRule.RelTol(1e-6), name);

        Assert.Equal(method.ToString(), fit.Diagnostics.Basis);
        AssertValues(values, fit.Spectrum.Eigenvalues.Span, 1e-10);
        Assert.All(fit.Spectrum.Residuals.ToArray(), r => Assert.InRange(r, 0, 1e-11));
        Assert.InRange(fit.Diagnostics.FitError!.Value, 0, 1e-12);
    }

    // A Jordan block of order 3: its eigenvalue moves by the cube root of the error.
    [Theory]
    [MemberData(nameof(Ways))]
    public void Fit_DefectiveMap_RecoversTheOperator(string name, BasisMethod method)
    {
        var map = Matrix.FromRows([[0.6, 1, 0], [0, 0.6, 1], [0, 0, 0.6]]);
        var fit = Fit(Planted.Linear(map, 6000, 2), method, new RankRule.RelTol(1e-6), name);

        Assert.All(fit.Spectrum.Eigenvalues.ToArray(), v => Assert.Equal(0, Complex.Abs(v - 0.6), 1e-4));
        var k = Matrices.Product(fit.Image, fit.Encoder.Transpose());
        Matrices.Close(map, k, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Fit_RankDeficientData_KeepsTheirRank(string name, BasisMethod method)
    {
        var la = Algebras.Get(name);
        var inside = Matrices.Orthonormal(Features, 3, 3);
        var small = Matrix.FromRows([[0.9, 0.3, 0], [0, 0.7, 0.2], [0, 0, 0.4]]);
        var z = Matrices.Gaussian(3, Pairs, 4);
        var pairs = new SnapshotPairs(la.Multiply(inside, z), la.Multiply(inside, la.Multiply(small, z)));

        var fit = Fit(pairs, method, new RankRule.RelTol(1e-8), name);

        AssertValues([0.9, 0.7, 0.4], fit.Spectrum.Eigenvalues.Span, 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ConditionNumber1e10_QrKeepsTheDigitsOfSvdAndGramKeepsNone(string name)
    {
        var la = Algebras.Get(name);
        var s = Enumerable.Range(0, Features).Select(i => Math.Pow(10, -10.0 * i / (Features - 1))).ToArray();
        var x = Matrices.WithSingularValues(Features, Pairs, s, 5);
        var values = Enumerable.Range(0, Features).Select(i => new Complex(0.95 - (0.07 * i), 0)).ToArray();
        var q = Matrices.Orthonormal(Features, Features, 6);
        var map = Matrices.Product(
            Matrices.Scaled(q, [.. values.Select(v => v.Real)]), q.Transpose());
        var pairs = new SnapshotPairs(x, la.Multiply(map, x));

        double Error(BasisMethod method)
        {
            var fit = Fit(pairs, method, new RankRule.RelTol(1e-13), name);
            return fit.Rank < Features ? double.PositiveInfinity : Distance(values, fit.Spectrum.Eigenvalues.Span);
        }

        Assert.InRange(Error(BasisMethod.Svd), 0, 1e-5);
        Assert.InRange(Error(BasisMethod.Qr), 0, 1e-5);
        Assert.Equal(double.PositiveInfinity, Error(BasisMethod.Gram));
    }

    // Singular values 1, 1e-5, 1e-10 and the full rank asked for: taking P = S^-1 U'X for V' would have squared the 1e10.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Of_ConditionNumber1e10_ImageByQrIsAsGoodAsBySvd(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.WithSingularValues(3, 6000, [1, 1e-5, 1e-10], 7);
        var map = Matrix.FromRows([[0.9, 0.2, 0.1], [0, 0.5, 0.3], [0, 0, 0.7]]);
        var lifted = new LiftedPairs(new SnapshotPairs(x, la.Multiply(map, x)), null);

        foreach (var method in (BasisMethod[])[BasisMethod.Svd, BasisMethod.Qr])
        {
            var basis = SnapshotBasis.Of(lifted, RankRule.Full, la, method);

            Assert.Equal(method, basis.Method);
            Matrices.Close(map, Matrices.Product(basis.B, basis.U.Transpose()), 2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Of_Weights_AreRepeatedPairs(string name, BasisMethod method)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(3, 6000, 8), Matrices.Gaussian(3, 6000, 9));
        var weights = Enumerable.Range(0, 6000).Select(j => (double)(j % 3)).ToArray();
        var repeated = Enumerable.Range(0, 6000).SelectMany(j => Enumerable.Repeat(j, j % 3)).ToArray();

        var weighted = SnapshotBasis.Of(
            new LiftedPairs(new SnapshotPairs(x, y, weights), null), RankRule.Full, la, method);
        var plain = SnapshotBasis.Of(
            new LiftedPairs(new SnapshotPairs(Pick(x, repeated), Pick(y, repeated)), null), RankRule.Full, la, method);

        Matrices.Close(
            Matrices.Product(plain.B, plain.U.Transpose()), Matrices.Product(weighted.B, weighted.U.Transpose()), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Fit_RotatedPermutedScaled_SameSpectrum(string name, BasisMethod method)
    {
        var la = Algebras.Get(name);
        var noisy = Noisy(la, 10);
        var expected = Fit(noisy, method, RankRule.Full, name).Spectrum.Eigenvalues.ToArray();
        var q = Matrices.Orthonormal(Features, Features, 11);
        int[] order = [.. Enumerable.Range(0, Pairs).OrderBy(j => (j * 7919L) % Pairs)];
        var scale = Enumerable.Repeat(1e5, Pairs).ToArray();

        foreach (var other in (SnapshotPairs[])[
            new(la.Multiply(q, noisy.X), la.Multiply(q, noisy.Y)), new(Pick(noisy.X, order), Pick(noisy.Y, order)),
            new(Matrices.Scaled(noisy.X, scale), Matrices.Scaled(noisy.Y, scale))])
        {
            AssertValues(expected, Fit(other, method, RankRule.Full, name).Spectrum.Eigenvalues.Span, 1e-10);
        }
    }

    // 120 features and rank 3: the ways that look for leading directions only.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_FewOfManyDirections_AgreesWithTheFullDecomposition(string name)
    {
        var la = Algebras.Get(name);
        var s = Enumerable.Range(0, 120).Select(i => i < 3 ? 3.0 - i : 1e-3 * Math.Pow(0.9, i)).ToArray();
        var x = Matrices.WithSingularValues(120, 300, s, 12);
        var pairs = new SnapshotPairs(x, la.Multiply(Matrices.Gaussian(120, 120, 13), x));
        var expected = Fit(pairs, BasisMethod.Svd, new RankRule.Fixed(3), name);

        foreach (var method in (BasisMethod[])[BasisMethod.Qr, BasisMethod.Gram, BasisMethod.RandomRange])
        {
            var fit = Fit(pairs, method, new RankRule.Fixed(3), name);

            Assert.Equal(method.ToString(), fit.Diagnostics.Basis);
            AssertValues(expected.Spectrum.Eigenvalues.ToArray(), fit.Spectrum.Eigenvalues.Span, 1e-8);
            Assert.Equal(
                expected.Diagnostics.Rank.DiscardedEnergy, fit.Diagnostics.Rank.DiscardedEnergy, 1e-12);
            Assert.Empty(fit.Diagnostics.Warnings);
        }
    }

    // A spectrum without any gap, so wide that eigenvectors are looked for: diag(1, 1, …) · (1 - 1e-6 i).
    [Fact]
    public void Fit_FlatSpectrum_SaysThatAllDirectionsWereComputed()
    {
        var la = Algebras.Get(LinearAlgebraProvider.OpenBlasChoice);
        var x = Matrix.Identity(1100);
        for (var i = 0; i < 1100; i++)
        {
            x[i, i] = 1 - (1e-6 * i);
        }

        var fit = Fit(new SnapshotPairs(x, x), BasisMethod.Gram, new RankRule.Fixed(1), la);

        Assert.Equal(
            ["the spectrum falls too slowly to single out 1 directions, so all were computed"],
            fit.Diagnostics.Warnings);
        AssertValues([1], fit.Spectrum.Eigenvalues.Span, 1e-10);
    }

    // On the fitted pairs the error is what the explained energy leaves, on others the distance itself.
    [Theory]
    [MemberData(nameof(Ways))]
    public void Fit_NoisyPairs_FitErrorIsTheDistance(string name, BasisMethod method)
    {
        var la = Algebras.Get(name);
        var pairs = Noisy(la, 16);
        var fit = Fit(pairs, method, new RankRule.Fixed(5), name);

        var predicted = Matrices.Product(fit.Image, Matrices.Product(fit.Encoder.Transpose(), pairs.X));
        var expected = Matrices.Distance(pairs.Y, predicted) / Matrices.Norm(pairs.Y);
        Assert.Equal(expected, fit.Diagnostics.FitError!.Value, 1e-12);
        Assert.Equal(
            Matrices.Distance(pairs.Y, pairs.X) / Matrices.Norm(pairs.Y),
            fit.Diagnostics.PersistenceError!.Value, 1e-12);
    }

    // T16: two cosines in four rows; two trajectories, whose products are summed lag by lag, and the delay vectors as pairs.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_T16DelaysByProducts_AreThoseOfTheDelayVectors(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromTrajectories(Cosines(200, 0), Cosines(150, 1));
        var estimator = new DmdEstimator
        {
            Delays = 6,
            Basis = BasisMethod.Gram,
            RankRule = new RankRule.Fixed(4),
            HoldOut = 0,
        };

        var fit = estimator.Fit(data, la);
        var pairs = (estimator with { Delays = 1 }).Fit(SnapshotData.FromPairs(data.Pairs(6)), la);

        Complex[] expected =
            [Complex.FromPolarCoordinates(1, 0.3), Complex.FromPolarCoordinates(1, -0.3),
             Complex.FromPolarCoordinates(1, 1.1), Complex.FromPolarCoordinates(1, -1.1)];
        AssertValues(expected, fit.Spectrum.Eigenvalues.Span, 1e-9);
        AssertValues(pairs.Spectrum.Eigenvalues.ToArray(), fit.Spectrum.Eigenvalues.Span, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SquaresThatOverflow_GramGivesWay(string name)
    {
        var pairs = Planted.Linear(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), 50, 15);
        foreach (var factor in (double[])[1e-180, 1e180])
        {
            var scale = Enumerable.Repeat(factor, 50).ToArray();
            var extreme = new SnapshotPairs(Matrices.Scaled(pairs.X, scale), Matrices.Scaled(pairs.Y, scale));

            var basis = SnapshotBasis.Of(
                new LiftedPairs(extreme, null), RankRule.Full, Algebras.Get(name), BasisMethod.Gram);

            Assert.Equal(BasisMethod.Svd, basis.Method);
            Assert.Equal(["squares of the snapshots leave the range of a double: no products"], basis.Warnings);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Fit_ZeroSnapshots_RankZero(string name, BasisMethod method)
    {
        var zero = new Matrix(Features, Pairs);
        Assert.Equal(0, Fit(new SnapshotPairs(zero, zero), method, new RankRule.Fixed(1), name).Rank);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_RandomRangeWithoutAFixedRank_IsRefused(string name)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(
            Planted.Linear(Matrix.Identity(2), 9, 1), BasisMethod.RandomRange, new RankRule.RelTol(1e-3), name));
        Assert.StartsWith("a random range needs a fixed rank of at least 1, got the rank rule tol:0.001", error.Message);
    }

    private static KoopmanOperator Fit(
        SnapshotPairs pairs, BasisMethod method, RankRule rule, string name) =>
        Fit(pairs, method, rule, Algebras.Get(name));

    private static KoopmanOperator Fit(SnapshotPairs pairs, BasisMethod method, RankRule rule, ILinearAlgebra la) =>
        new DmdEstimator { Basis = method, RankRule = rule, HoldOut = 0 }
            .Fit(SnapshotData.FromPairs(pairs), la);

    /// <summary>Upper triangular with distinct eigenvalues, strongly non-normal.</summary>
    private static (Matrix Map, Complex[] Values) NonNormal(int seed)
    {
        var map = Matrices.Gaussian(Features, Features, seed);
        var values = new Complex[Features];
        for (var j = 0; j < Features; j++)
        {
            map[j, j] = 0.95 - (0.07 * j);
            values[j] = map[j, j];
            for (var i = 0; i < Features; i++)
            {
                map[i, j] *= i > j ? 0 : i == j ? 1 : 0.3;
            }
        }

        return (map, values);
    }

    private static SnapshotPairs Noisy(ILinearAlgebra la, int seed)
    {
        var exact = Planted.Linear(NonNormal(seed).Map, Pairs, seed);
        var noise = Matrices.Gaussian(Features, Pairs, seed + 1);
        var y = la.Multiply(Matrix.Identity(Features), exact.Y);
        for (var i = 0; i < y.AsSpan().Length; i++)
        {
            y.AsSpan()[i] += 0.1 * noise.AsSpan()[i];
        }

        return new SnapshotPairs(exact.X, y);
    }

    private static Matrix Cosines(int length, double phase)
    {
        var z = new Matrix(4, length);
        for (var k = 0; k < length; k++)
        {
            for (var i = 0; i < 4; i++)
            {
                z[i, k] = Math.Cos((0.3 * k) + i + phase) + (0.5 * Math.Cos((1.1 * k) + (2 * i) + phase));
            }
        }

        return z;
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

    private static void AssertValues(Complex[] expected, ReadOnlySpan<Complex> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(Distance(expected, actual), 0, tolerance);
    }

    private static double Distance(Complex[] expected, ReadOnlySpan<Complex> actual)
    {
        var worst = 0.0;
        foreach (var value in actual)
        {
            worst = Math.Max(worst, expected.Min(e => Complex.Abs(e - value)));
        }

        return worst;
    }
}
