using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>
/// EDMD is <see cref="DmdEstimator"/> with a dictionary: what dictionaries are for, against closed forms.
/// </summary>
public sealed class EdmdTests
{
    public static TheoryData<string> All => Algebras.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_T10ClosedSubspace_FindsTheLatticeAndItsEigenfunctions(string name)
    {
        var la = Algebras.Get(name);
        var pairs = QuadraticMap(60, 3);
        var spec = new FeatureObservables { Constant = false, Features = [new SquareSpec()] };

        var fit = new DmdEstimator { Observables = spec }.Fit(SnapshotData.FromPairs(pairs), la);

        Close(fit.Spectrum.Eigenvalues.Span, 1e-12, .9, .81, .5);

        // psi = [x1, x2, x1^2]: K = E A E'.
        var k = la.Multiply(la.Multiply(fit.Encoder, fit.Reduced), fit.Encoder, transposeB: true);
        Matrices.Close(Matrix.FromRows([[.9, 0, 0], [0, .5, .31], [0, 0, .81]]), k, 1e-11);
        var states = Matrices.Gaussian(2, 7, 4);
        var phi = fit.Eigenfunctions(states, la);
        Proportional(phi, 0, states, (x1, _) => x1);
        Proportional(phi, 1, states, (x1, _) => x1 * x1);
        Proportional(phi, 2, states, (x1, x2) => x2 - (x1 * x1));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_T10WithAllQuadratics_HasTheLatticeOfProducts(string name)
    {
        var la = Algebras.Get(name);
        var spec = ObservablesSpec.Parse("identity+poly:4");
        var pairs = QuadraticMap(200, 5);

        var fit = new DmdEstimator { Observables = spec }.Fit(SnapshotData.FromPairs(pairs), la);

        // Not closed (x2^2 makes x1^4, x1^2 x2; all of degree ≤ 4), so of the products only those that stay inside.
        foreach (var lambda in (double[])[.9, .81, .5, .9 * .81, .9 * .5, .25, .81 * .81, .81 * .5])
        {
            Assert.Contains(fit.Spectrum.Eigenvalues.ToArray(), value => Complex.Abs(value - lambda) < 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_T11Relu_HasTheAffineFitOfANormalInput(string name)
    {
        var la = Algebras.Get(name);
        var x = NormalQuantiles(4000);

        foreach (var leak in (double[])[0, 0.1])
        {
            var y = Map(x, v => v > 0 ? v : leak * v);
            var affine = new DmdEstimator { Observables = ObservablesSpec.Affine, HoldOut = 0 }
                .Fit(SnapshotData.FromPairs(x, y), la);
            var through = new DmdEstimator { HoldOut = 0 }.Fit(SnapshotData.FromPairs(x, y), la);

            var atZero = affine.Predict(Matrix.FromRows([[0]]), 1, la)[0, 0];
            Assert.Equal((1 - leak) / Math.Sqrt(2 * Math.PI), atZero, 1e-3);
            Assert.Equal((1 + leak) / 2, affine.Predict(Matrix.FromRows([[1]]), 1, la)[0, 0] - atZero, 1e-10);
            Assert.Equal((1 + leak) / 2, through.Predict(Matrix.FromRows([[1]]), 1, la)[0, 0], 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_T11ReluWithItsAbsoluteValue_IsExact(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.Gaussian(2, 80, 6);
        var y = Map(x, v => Math.Max(v, 0));

        foreach (var text in (string[])["identity+abs", "identity+relu", "affine+abs"])
        {
            var fit = new DmdEstimator { Observables = ObservablesSpec.Parse(text) }
                .Fit(SnapshotData.FromPairs(x, y), la);

            Assert.InRange(fit.Diagnostics.HoldOutError!.Value, 0, 1e-13);
            var next = fit.Predict(Matrix.FromRows([[-2], [3]]), 1, la);
            Matrices.Close(Matrix.FromRows([[0], [3]]), next, 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_T13GradientDescent_NeedsTheConstant(string name)
    {
        var la = Algebras.Get(name);
        var states = new Matrix(2, 12, [0, .5, .. new double[22]]);
        for (var k = 1; k < 12; k++)
        {
            states[0, k] = states[0, k - 1] - (.1 * (states[0, k - 1] - 2));
            states[1, k] = states[1, k - 1] - (.4 * (states[1, k - 1] + 1));
        }

        var data = SnapshotData.FromTrajectories(states);
        var affine = new DmdEstimator { Observables = ObservablesSpec.Affine }.Fit(data, la);
        var linear = new DmdEstimator().Fit(data, la);

        Close(affine.Spectrum.Eigenvalues.Span, 1e-10, 1, .9, .6);
        var mode = affine.Spectrum.Modes.Column(0);
        Assert.Equal(-2, (mode[0] / mode[1]).Real, 1e-9);
        Close(linear.Spectrum.Eigenvalues.Span, 1e-9, 1.1129060587, 0.4727371786);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_T16TwoCosines_NeedFourRows(string name)
    {
        var la = Algebras.Get(name);
        var signal = new Matrix(1, 60);
        for (var k = 0; k < 60; k++)
        {
            signal[0, k] = Math.Cos(.3 * k) + (.5 * Math.Cos(1.1 * k));
        }

        var data = SnapshotData.FromTrajectories(signal);
        var four = new DmdEstimator { Delays = 4 }.Fit(data, la);
        var three = new DmdEstimator { Delays = 3 }.Fit(data, la);

        Close(
            four.Spectrum.Eigenvalues.Span, 1e-9, Complex.Exp(new Complex(0, .3)), Complex.Exp(new Complex(0, -.3)),
            Complex.Exp(new Complex(0, 1.1)), Complex.Exp(new Complex(0, -1.1)));
        Assert.True(three.Diagnostics.HoldOutError > 1e-2);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_T1AndN8_EveryDictionaryKeepsWhatIsLinear(string name)
    {
        var la = Algebras.Get(name);
        var map = Matrix.FromRows([[0.9, 0.2], [0, 0.5]]);
        var x = Matrices.Gaussian(2, 300, 8);
        var y = Matrices.Product(map, x);
        for (var j = 0; j < 300; j++)
        {
            y[0, j] += 3;
        }

        string[] texts = ["affine", "poly:2", "abs", "relu", "relu:5", "rbf:6", "tps:6", "rff:6", "hermite:3"];
        foreach (var text in texts)
        {
            var fit = new DmdEstimator { Observables = ObservablesSpec.Parse(text) }
                .Fit(SnapshotData.FromPairs(x, y), la);

            Assert.InRange(fit.Diagnostics.HoldOutError!.Value, 0, 1e-11);
            foreach (var lambda in (double[])[1, .9, .5])
            {
                Assert.Contains(fit.Spectrum.Eigenvalues.ToArray(), value => Complex.Abs(value - lambda) < 1e-9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_CoarseThreshold_LosesWhatTheDataShowsOnlyFaintly(string name)
    {
        var la = Algebras.Get(name);
        var pairs = QuadraticMap(60, 3);
        var small = new SnapshotPairs(Scaled(pairs.X), Scaled(pairs.Y));
        var spec = new FeatureObservables { Constant = false, Features = [new SquareSpec()] };

        var coarse = new DmdEstimator { Observables = spec, RankRule = new Numerics.Fitting.RankRule.RelTol(1e-2) }
            .Fit(SnapshotData.FromPairs(small), la);
        var fine = new DmdEstimator { Observables = spec }.Fit(SnapshotData.FromPairs(small), la);

        // x1^2 is 1e-6 of x1 there: below the threshold, its eigenvalue .81 is gone, and the reason says what was kept.
        Close(fine.Spectrum.Eigenvalues.Span, 1e-6, .9, .81, .5);
        Assert.Equal(2, coarse.Rank);
        Assert.DoesNotContain(coarse.Spectrum.Eigenvalues.ToArray(), value => Complex.Abs(value - .81) < 1e-2);
        Assert.Equal("s > 1E-02 s1", coarse.Diagnostics.Rank.Reason);

        static Matrix Scaled(Matrix x) => Map(x, v => 1e-3 * v);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_DictionaryWiderThanTheDataSpans_ReportsTheRank(string name)
    {
        var la = Algebras.Get(name);
        var x = Map(Matrices.Gaussian(2, 50, 9), v => Math.Sign(v));
        var y = Map(x, v => .5 * v);

        var fit = new DmdEstimator { Observables = ObservablesSpec.Parse("poly:3"), HoldOut = 0 }
            .Fit(SnapshotData.FromPairs(x, y), la);

        // On (±1, ±1) there are four functions: 1, x1, x2 and x1 x2.
        Assert.Equal(4, fit.Diagnostics.Rank.Rank);
        Assert.Equal(10, fit.Diagnostics.SingularValues.Length);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_DelaysAndDictionary_Combine(string name)
    {
        var la = Algebras.Get(name);
        var signal = new Matrix(1, 60);
        for (var k = 0; k < 60; k++)
        {
            signal[0, k] = 2 + Math.Cos(.3 * k);
        }

        var fit = new DmdEstimator { Delays = 2, Observables = ObservablesSpec.Affine }
            .Fit(SnapshotData.FromTrajectories(signal), la);

        Close(
            fit.Spectrum.Eigenvalues.Span, 1e-9, Complex.Exp(new Complex(0, -.3)), 1, Complex.Exp(new Complex(0, .3)));
        Assert.Equal(2 + Math.Cos(.3 * 70), fit.Predict(signal, 11, la)[0, 10], 1e-9);
    }

    internal static SnapshotPairs QuadraticMap(int m, int seed)
    {
        var (x, y) = (Matrices.Gaussian(2, m, seed), new Matrix(2, m));
        for (var j = 0; j < m; j++)
        {
            y[0, j] = .9 * x[0, j];
            y[1, j] = (.5 * x[1, j]) + ((.81 - .5) * x[0, j] * x[0, j]);
        }

        return new SnapshotPairs(x, y);
    }

    private static void Proportional(ComplexMatrix phi, int j, Matrix states, Func<double, double, double> expected)
    {
        var scale = phi[j, 0] / expected(states[0, 0], states[1, 0]);
        for (var k = 0; k < states.Columns; k++)
        {
            Assert.Equal(0, Complex.Abs((phi[j, k] / scale) - expected(states[0, k], states[1, k])), 1e-9);
        }
    }

    private static void Close(ReadOnlySpan<Complex> actual, double tolerance, params Complex[] expected)
    {
        var list = actual.ToArray();
        Assert.Equal(expected.Length, list.Length);
        Assert.All(expected, lambda => Assert.Contains(list, value => Complex.Abs(value - lambda) < tolerance));
    }

    private static Matrix Map(Matrix source, Func<double, double> f) =>
        new(source.Rows, source.Columns, Array.ConvertAll(source.AsSpan().ToArray(), v => f(v)));

    /// <summary>Midpoint quantiles of N(0, 1): moments without sampling noise, symmetric.</summary>
    private static Matrix NormalQuantiles(int count)
    {
        var x = new Matrix(1, count);
        for (var j = 0; j < count; j++)
        {
            x[0, j] = MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, (j + .5) / count);
        }

        return x;
    }

    /// <summary>A feature of one's own: x1^2.</summary>
    private sealed record SquareSpec : FeatureSpec
    {
        public override Feature Build(Matrix sample, int seed, ILinearAlgebra la) => new Square();

        private sealed class Square : Feature
        {
            public override string Name => "x1^2";

            public override int Count => 1;

            public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
            {
                for (var j = 0; j < states.Columns; j++)
                {
                    lifted[row, j] = states[0, j] * states[0, j];
                }
            }
        }
    }
}
