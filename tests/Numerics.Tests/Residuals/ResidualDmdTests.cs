using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Residuals;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.Estimators;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Residuals;

public sealed class ResidualDmdTests
{
    public static TheoryData<string> All => Algebras.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Residuals_T10ClosedLattice_AreRoundOff(string name)
    {
        var la = Algebras.Get(name);
        var lifted = Quadratic(EdmdTests.QuadraticMap(60, 3));
        var fit = new DmdEstimator().Fit(SnapshotData.FromPairs(lifted), la);

        var fresh = SnapshotData.FromPairs(Quadratic(EdmdTests.QuadraticMap(40, 9)));
        var residuals = ResidualDmd.Of(fit, fresh, la).Residuals(fit);

        // The expanded form would stop at 1.5e-8 (methods S6).
        Assert.All(residuals, r => Assert.InRange(r, 0, 1e-12));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Residuals_OfSpuriousEigenvalues_AreLarge(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(EdmdTests.QuadraticMap(400, 4));

        // Cubics are not closed under the map: products that leave them leave false eigenvalues behind.
        var fit = new DmdEstimator { Observables = ObservablesSpec.Parse("poly:3") }.Fit(data, la);
        var residuals = ResidualDmd.Of(fit, data, la).Residuals(fit);

        double[] lattice = [1, .9, .81, .5, .729, .45];
        for (var j = 0; j < residuals.Length; j++)
        {
            var isTrue = lattice.Any(lambda => Complex.Abs(fit.Spectrum.Eigenvalues.Span[j] - lambda) < 1e-8);
            Assert.True(isTrue ? residuals[j] < 1e-9 : residuals[j] > 5e-3, $"{j}: {residuals[j]}");
        }

        Assert.Equal(6, residuals.Count(r => r < 1e-9));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Residual_OfAnyFunction_IsItsDefinition(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(3, 20, 5), Matrices.Gaussian(3, 20, 6));
        var weights = Enumerable.Range(1, 20).Select(j => (double)j).ToArray();
        Complex[] g = [new(1, 2), new(-.5, 0), new(0, 3)];
        var lambda = new Complex(.3, -.8);

        var actual = new ResidualDmd(new LiftedPairs(new SnapshotPairs(x, y, weights), null), la).Residual(lambda, g);

        var (above, below) = (0.0, 0.0);
        for (var j = 0; j < 20; j++)
        {
            Complex phiX = 0, phiY = 0;
            for (var i = 0; i < 3; i++)
            {
                (phiX, phiY) = (phiX + (g[i] * x[i, j]), phiY + (g[i] * y[i, j]));
            }

            above += weights[j] * Math.Pow(Complex.Abs(phiY - (lambda * phiX)), 2);
            below += weights[j] * Math.Pow(Complex.Abs(phiX), 2);
        }

        Assert.Equal(Math.Sqrt(above / below), actual, 1e-12);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Smallest_NormalOperator_IsTheDistanceToItsSpectrum(string name)
    {
        var la = Algebras.Get(name);
        var q = Matrices.Orthonormal(4, 4, 7);
        var (cos, sin) = (.9 * Math.Cos(.5), .9 * Math.Sin(.5));
        var block = Matrix.FromRows([[cos, -sin, 0, 0], [sin, cos, 0, 0], [0, 0, .4, 0], [0, 0, 0, -.7]]);
        var map = Matrices.Product(Matrices.Product(q, block), q.Transpose());
        Complex[] spectrum = [new(cos, sin), new(cos, -sin), .4, -.7];

        // White data, for normal means normal in the data's own inner product.
        var x = Matrices.Orthonormal(50, 4, 8).Transpose();
        var residuals = new ResidualDmd(
            new LiftedPairs(new SnapshotPairs(x, Matrices.Product(map, x)), null), la);
        var grid = ComplexGrid.Around(spectrum, .3, 9);

        var tau = residuals.OnGrid(grid, TestContext.Current.CancellationToken);

        for (var j = 0; j < 9; j++)
        {
            for (var i = 0; i < 9; i++)
            {
                var distance = spectrum.Min(lambda => Complex.Abs(lambda - grid[j, i]));
                Assert.Equal(distance, tau.Residuals[i, j], 1e-13);
                Assert.Equal(distance <= .5, tau.Contains(j, i, .5));
            }
        }

        Assert.All(spectrum, lambda => Assert.InRange(residuals.Smallest(lambda), 0, 1e-14));
        Assert.Equal(tau.Points(.5).Count, tau.Residuals.AsSpan().ToArray().Count(t => t <= .5));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Smallest_JordanBlock_IsTheSmallestSingularValueOfAMinusZ(string name)
    {
        var la = Algebras.Get(name);
        const int N = 6;
        var jordan = new Matrix(N, N);
        for (var i = 0; i < N; i++)
        {
            jordan[i, i] = .5;
            if (i > 0)
            {
                jordan[i - 1, i] = 1;
            }
        }

        var x = Matrices.Orthonormal(40, N, 9).Transpose();
        var pairs = new LiftedPairs(new SnapshotPairs(x, Matrices.Product(jordan, x)), null);
        var residuals = new ResidualDmd(pairs, la);

        foreach (var z in (Complex[])[.5, .6, new(.5, .2), new(1.2, -.4), -.3, 3])
        {
            // The functions g'x are moved by A', and sigma_min(A' - z) = sigma_min(A - z).
            var form = ComplexForm(jordan, z);
            var expected = Algebras.Get(LinearAlgebraProvider.ManagedChoice).SingularValues(form)[^1];
            Assert.Equal(expected, residuals.Smallest(z), 1e-13);
        }

        // The pseudospectrum is what the spectrum hides: at .6, tau is near .1^6, far below the distance .1.
        Assert.InRange(residuals.Smallest(.6), .9e-6, 1.1e-6);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Smallest_CompressedPairs_AreAsGoodAsThePairs(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(4, 100, 10), Matrices.Gaussian(4, 100, 11));
        var joint = new Matrix(100, 8);
        for (var j = 0; j < 100; j++)
        {
            for (var i = 0; i < 4; i++)
            {
                (joint[j, i], joint[j, 4 + i]) = (x[i, j], y[i, j]);
            }
        }

        var r = la.TriangularFactor(joint).Transpose();
        var (rx, ry) = (new Matrix(4, 8), new Matrix(4, 8));
        for (var j = 0; j < 8; j++)
        {
            r.Column(j)[..4].CopyTo(rx.Column(j));
            r.Column(j)[4..].CopyTo(ry.Column(j));
        }

        var whole = new ResidualDmd(new LiftedPairs(new SnapshotPairs(x, y), null), la);
        var factor = new ResidualDmd(new LiftedPairs(new SnapshotPairs(rx, ry), null) { Count = 100 }, la);

        foreach (var z in (Complex[])[0, new(.2, .7), -1])
        {
            Assert.Equal(whole.Smallest(z), factor.Smallest(z), 1e-12);
            Assert.Equal(whole.Residual(z, [1, 2, 3, 4]), factor.Residual(z, [1, 2, 3, 4]), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Smallest_MixedOrIllConditionedFunctions_DoesNotChange(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(Matrix.FromRows([[.9, 5, 0], [0, .5, 1], [0, 0, .2]]), 60, 12);
        var mix = Matrices.WithSingularValues(3, 3, [1, 1e-2, 1e-4], 13);
        var mixed = new SnapshotPairs(Matrices.Product(mix, pairs.X), Matrices.Product(mix, pairs.Y));

        var plain = new ResidualDmd(new LiftedPairs(pairs, null), la);
        var other = new ResidualDmd(new LiftedPairs(mixed, null), la);

        foreach (var z in (Complex[])[.7, new(.1, .4), 2])
        {
            Assert.Equal(plain.Smallest(z), other.Smallest(z), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Smallest_DependentOrZeroFunctions_AreLeftOut(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.Gaussian(1, 30, 14);
        var twice = new Matrix(2, 30);
        var y = new Matrix(2, 30);
        for (var j = 0; j < 30; j++)
        {
            (twice[0, j], twice[1, j]) = (x[0, j], 3 * x[0, j]);
            (y[0, j], y[1, j]) = (.5 * x[0, j], 1.5 * x[0, j]);
        }

        var dependent = new ResidualDmd(new LiftedPairs(new SnapshotPairs(twice, y), null), la);
        var zero = new ResidualDmd(new LiftedPairs(new SnapshotPairs(new Matrix(2, 30), y), null), la);

        Assert.Equal(1.5, dependent.Smallest(2), 1e-12);
        Assert.Equal(double.PositiveInfinity, zero.Smallest(2));
        Assert.Equal(double.PositiveInfinity, zero.Residual(2, [1, 0]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Residuals_OfKernelEigenfunctions_AreMeasuredOnFreshPairs(string name)
    {
        var la = Algebras.Get(name);
        var fit = new KernelEstimator { Kernel = KernelKind.Polynomial, Degree = 2 }
            .Fit(SnapshotData.FromPairs(EdmdTests.QuadraticMap(40, 15)), la);

        var residuals = ResidualDmd.Of(fit, SnapshotData.FromPairs(EdmdTests.QuadraticMap(90, 16)), la).Residuals(fit);

        // Quadratics hold 1, x1, x1^2 and x2 - x1^2; x2^2 leaves them, and what it leaves behind is false.
        foreach (var lambda in (double[])[1, .9, .81, .5])
        {
            var j = Array.FindIndex(fit.Spectrum.Eigenvalues.ToArray(), value => Complex.Abs(value - lambda) < 1e-6);
            Assert.InRange(residuals[j], 0, 1e-6);
        }

        Assert.Equal(4, residuals.Count(r => r < 1e-3));
    }

    [Fact]
    public void BadArguments_SayWhatWasExpected()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var pairs = Planted.Linear(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), 10, 1);
        var fit = new DmdEstimator().Fit(SnapshotData.FromPairs(pairs), la);
        var residuals = ResidualDmd.Of(fit, SnapshotData.FromPairs(pairs), la);

        Assert.Equal(
            "the list of coefficients was expected to be 2 long, got 3",
            Assert.Throws<ShapeMismatchException>(() => residuals.Residual(1, [1, 2, 3])).Message);
        Assert.Equal(
            "the matrix of lifted pairs was expected to be 2 x 4, got 3 x 4",
            Assert.Throws<ShapeMismatchException>(() => ResidualDmd.Of(
                fit, new LiftedPairs(new SnapshotPairs(new Matrix(3, 4), new Matrix(3, 4)), null), la)).Message);
        Assert.Throws<NonFiniteDataException>(() => residuals.Smallest(new Complex(double.NaN, 0)));
        var grid = new ComplexGrid(0, 1, 2000, 2000);
        Assert.StartsWith(
            "the number of points", Assert.Throws<ArgumentOutOfRangeException>(
                () => residuals.OnGrid(grid, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnGrid_WhenCancelled_Stops()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var pairs = Planted.Linear(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), 10, 1);
        var residuals = new ResidualDmd(new LiftedPairs(pairs, null), la);

        Assert.Throws<OperationCanceledException>(
            () => residuals.OnGrid(ComplexGrid.Around([1], 1, 5), new CancellationToken(canceled: true)));
    }

    private static SnapshotPairs Quadratic(SnapshotPairs pairs) => new(WithSquare(pairs.X), WithSquare(pairs.Y));

    private static Matrix WithSquare(Matrix x)
    {
        var lifted = new Matrix(3, x.Columns);
        for (var j = 0; j < x.Columns; j++)
        {
            (lifted[0, j], lifted[1, j], lifted[2, j]) = (x[0, j], x[1, j], x[0, j] * x[0, j]);
        }

        return lifted;
    }

    private static Matrix ComplexForm(Matrix a, Complex z)
    {
        var n = a.Rows;
        var form = new Matrix(2 * n, 2 * n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                form[i, j] = form[n + i, n + j] = a[i, j] - (i == j ? z.Real : 0);
            }

            (form[i, n + i], form[n + i, i]) = (z.Imaginary, -z.Imaginary);
        }

        return form;
    }
}
