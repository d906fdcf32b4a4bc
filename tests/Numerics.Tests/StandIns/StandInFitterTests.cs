using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.StandIns;

public sealed class StandInFitterTests
{
    public static TheoryData<string> All => Algebras.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_AffineMap_IsFound(string name)
    {
        var la = Algebras.Get(name);
        var (w, c) = (Matrices.Gaussian(3, 5, 1), Matrices.Gaussian(3, 1, 2));
        var pairs = Pairs.Gaussian(5, 700, 3, x => Plus(la.Multiply(w, x), c));

        var fit = pairs.Fit("affine", la);

        Matrices.Close(w, fit.StandIn.Coefficients(la), 1e-6);
        Assert.Equal(c.AsSpan().ToArray(), fit.StandIn.Offset.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.InRange(fit.HeldOutError, 0, 1e-6);
        Assert.Equal((3, 700L), (fit.Rank, fit.Rows));
        Assert.Empty(fit.Warnings);
    }

    // T11: the regression of max(x, 0) on a standard normal x, and the lift that holds it.
    [Theory]
    [MemberData(nameof(All))]
    public void Fit_ReluOfANormal_HasHalfItsSlopeAndTheMeanAsOffset(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Pairs.Gaussian(1, 200_000, 4, Relu);

        var affine = pairs.Fit("affine", la);
        var exact = pairs.Fit("abs", la);

        Assert.Equal(0.5, affine.StandIn.Coefficients(la)[0, 0], 0.005);
        Assert.Equal(0.3989423, affine.StandIn.Offset.Span[0], 0.005);

        // var(relu) = 1/2 - 1/(2 pi), of which slope 1/2 explains 1/4.
        Assert.Equal(Math.Sqrt(1 - (0.25 / (0.5 - (1 / (2 * Math.PI))))), affine.HeldOutError, 0.01);
        Matrices.Close(Matrix.FromRows([[0.5, 0.5]]), exact.StandIn.Coefficients(la), 1e-6);
        Assert.Equal(0, exact.StandIn.Offset.Span[0], 1e-6);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_QuadraticMap_IsExactInMonomials(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Pairs.Gaussian(
            2, 500, 5, x => Map(x, (v, y) => y[0] = 3 + v[0] - (2 * v[0] * v[1]) + (0.5 * v[1] * v[1])));

        var fit = pairs.Fit("poly:2", la);

        // x1, x2, x1^2, x1 x2, x2^2.
        Matrices.Close(Matrix.FromRows([[1, 0, 0, -2, 0.5]]), fit.StandIn.Coefficients(la), 1e-5);
        Assert.Equal(3, fit.StandIn.Offset.Span[0], 1e-5);
        Assert.True(pairs.Fit("affine", la).HeldOutError > 0.5);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_NetworkOfTheSameRandomFeatures_IsExact(string name)
    {
        var la = Algebras.Get(name);
        var states = Matrices.Gaussian(4, 900, 6);
        var hidden = Lift.Parse("relu:30", 4).Bind(Pairs.Of(states, x => x).X, 7, la);
        var outer = Matrices.Gaussian(3, hidden.Count, 8);
        var pairs = Pairs.Of(states, x => la.Multiply(outer, hidden.Lift(x, la)));

        var fit = pairs.Fit("relu:30", la, options: new StandInOptions { Seed = 7, Kind = AccumulatorKind.Qr });

        Assert.InRange(fit.HeldOutError, 0, 1e-5);
    }

    [Theory]
    [InlineData("openblas", AccumulatorKind.Gram)]
    [InlineData("openblas", AccumulatorKind.Qr)]
    [InlineData("managed", AccumulatorKind.Gram)]
    [InlineData("managed", AccumulatorKind.Qr)]
    public void Fit_MapOfRankTwo_IsRecoveredByTwoDirections(string name, AccumulatorKind kind)
    {
        var la = Algebras.Get(name);
        var w = la.Multiply(Matrices.Gaussian(6, 2, 9), Matrices.Gaussian(2, 8, 10));
        var pairs = Pairs.Gaussian(8, 1000, 11, x => la.Multiply(w, x));

        var fit = pairs.Fit("affine", la, rank: 2, new StandInOptions { Kind = kind });

        Assert.Equal((2, 2, 2), (fit.AskedRank, fit.Rank, fit.StandIn.Rank));
        Matrices.Close(w, fit.StandIn.Coefficients(la), 1e-5);
        Assert.True(pairs.Fit("affine", la, rank: 1).HeldOutError > 0.1);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_RowsInAnyChunks_GivesTheSameBits(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Pairs.Gaussian(3, 900, 12, Relu);
        var options = new StandInOptions { SampleRows = 300 };
        var whole = Bits(pairs.Into("relu:20+rbf:5+rff:7+poly:3", options, la));

        foreach (var chunk in (int[])[1, 17, 300, 501])
        {
            Assert.Equal(whole, Bits(pairs.Into("relu:20+rbf:5+rff:7+poly:3", options, la, chunk)));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_SeveralLifts_AreWhatEachIsAlone(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Pairs.Gaussian(3, 600, 13, Relu);
        string[] texts = ["affine", "relu:10", "poly:2"];
        var together = new StandInFitter(3, 3, [.. texts.Select(t => Lift.Parse(t, 3))], new StandInOptions(), la);
        pairs.AddTo(together, 128);

        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal(Bits(pairs.Into(texts[i], new StandInOptions(), la)), Bits(together, i));
        }
    }

    // The scale of an observable is no reason to drop it: x^2 of x about 1e-3 is a millionth of x.
    [Fact]
    public void Fit_ObservablesOfVerySmallScale_AreKept()
    {
        var la = Algebras.Get("managed");
        var x = Matrices.Gaussian(1, 400, 14);
        var pairs = Pairs.Of(new Matrix(1, 400, Array.ConvertAll(x.AsSpan().ToArray(), v => 1e-6 * v)),
            states => Map(states, (v, y) => y[0] = v[0] * v[0] * 1e12));

        Assert.InRange(pairs.Fit("poly:2", la).HeldOutError, 0, 1e-5);
    }

    [Fact]
    public void Fit_AsManyObservablesAsRows_SaysThatItWillNotHold()
    {
        var la = Algebras.Get("managed");
        var pairs = Pairs.Gaussian(3, 100, 15, x => Map(x, (v, y) => y[0] = Math.Sin(3 * v[0] * v[1]) + v[2]));

        var fit = pairs.Fit("relu:110", la);

        Assert.True(fit.HeldOutError > 3 * fit.FittedError);
        Assert.Contains(
            "100 rows determine no 113 coefficients an output; use more rows or a smaller lift", fit.Warnings);
        Assert.Contains(fit.Warnings, warning => warning.EndsWith(
            "more rows or a smaller lift would hold better", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_AbsOfInputsThatAreNeverNegative_SaysThatItAddsNothing()
    {
        var la = Algebras.Get("managed");
        var pairs = Pairs.Of(Relu(Matrices.Gaussian(2, 200, 16)), x => x);

        Assert.Contains("abs adds nothing: no input of the part is negative", pairs.Fit("abs", la).Warnings);
    }

    [Fact]
    public void Fit_ConstantOutput_IsItsMeanAndNothingElse()
    {
        var la = Algebras.Get("managed");
        var pairs = Pairs.Gaussian(2, 50, 17, x => Map(x, (_, y) => y[0] = 2.5));

        var fit = pairs.Fit("affine", la);

        Assert.Equal(2.5, fit.StandIn.Apply(Matrix.FromRows([[7], [8]]), la)[0, 0], 1e-12);
        Assert.Equal(0, fit.HeldOutError);
    }

    [Fact]
    public void Fit_OneRow_IsThatRow()
    {
        var la = Algebras.Get("managed");
        var pairs = Pairs.Gaussian(2, 1, 18, x => x);

        var fit = pairs.Fit("affine", la);

        Assert.Equal(0, fit.Rank);
        Assert.Equal(pairs.Y[1, 0], fit.StandIn.Apply(pairs.X, la)[1, 0], 1e-12);
        Assert.Contains("no rows of 1 were held out: the held-out error is the fitted one", fit.Warnings);
    }

    [Fact]
    public void Fitter_SumsTooLarge_RefusesTheLiftAndKeepsTheOthers()
    {
        var la = Algebras.Get("managed");
        Lift[] lifts = [Lift.Parse("affine", 3), Lift.Parse("relu:500", 3), Lift.Parse("poly:64", 100)];
        var fitter = new StandInFitter(3, 3, lifts, new StandInOptions { MaxSummaryBytes = 1 << 20 }, la);

        Assert.Null(fitter.Refusal(0));
        Assert.Equal(
            "the sums of the lift relu:500 from 3 to 3 features take 8253872 bytes, allowed are 1048576 of which other "
            + "lifts take 49872; use fewer observables",
            fitter.Refusal(1));
        Assert.Equal(
            "poly:64 of 3 coordinates makes 47901 observables beside the state, "
            + "more than the 16384 a dictionary may have",
            fitter.Refusal(2));
    }

    [Fact]
    public void Fitter_WithEveryLiftRefused_CountsRowsAndKeepsNone()
    {
        var (width, rows, options) = (10_000, 64, new StandInOptions { MaxSummaryBytes = 1 });
        var fitter = new StandInFitter(width, 1, [Lift.Parse("affine", width)], options, Algebras.Get("managed"));
        var (before, after) = (new float[width * rows], new float[rows]);

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        fitter.Add(before, after, rows);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        Assert.Equal(rows, fitter.Rows);
        Assert.InRange(allocated, 0, width * sizeof(float));
    }

    [Fact]
    public void Fitter_ObservablesThatOverflow_RefusesTheLift()
    {
        var la = Algebras.Get("managed");
        var pairs = Pairs.Of(Matrix.FromRows([[1e30, 2e30, 3e30]]), x => x);
        var fitter = pairs.Into("poly:30", new StandInOptions { SampleRows = 2 }, la);

        Assert.Equal(
            "the observables x+poly:30 holds Infinity; finite numbers were expected "
            + "(data beyond 1e150 overflows when squared)",
            fitter.Refusal(0));
    }

    [Fact]
    public void Fitter_Misuse_IsRefusedWithTheReason()
    {
        var la = Algebras.Get("managed");
        var token = TestContext.Current.CancellationToken;
        var fitter = new StandInFitter(2, 1, [Lift.Parse("affine", 2)], new StandInOptions(), la);

        Assert.Equal(
            "no pairs came, expected at least one",
            Assert.Throws<InvalidOperationException>(() => fitter.Fit(0, [0], token)).Message);
        Assert.Throws<SnapshotShapeException>(() => fitter.Add(new float[3], new float[2], 2));
        Assert.Throws<NonFiniteSnapshotException>(() => fitter.Add([1, float.NaN], [1], 1));

        fitter.Add(new float[4], new float[2], 2);
        fitter.Fit(0, [0], token);

        Assert.Equal(
            "the lift affine was fitted before, and its sums are gone",
            Assert.Throws<InvalidOperationException>(() => fitter.Fit(0, [0], token)).Message);
        Assert.StartsWith(
            "the scaling block of the lift delay:2 was not trained, expected Lift.Trained",
            Assert.Throws<ArgumentException>(() => new StandInFitter(
                2, 1, [Lift.Parse("delay:2", 2)], new StandInOptions(), la)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Cancelled_Stops() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Pairs.Gaussian(2, 50, 19, x => x)
            .Into("affine", new StandInOptions(), Algebras.Get("managed")).Fit(0, [0], new CancellationToken(true)));

    private static double[] Bits(StandInFitter fitter, int lift = 0)
    {
        var fit = fitter.Fit(lift, [0], TestContext.Current.CancellationToken)[0];
        return [.. fit.StandIn.Right.AsSpan(), .. fit.StandIn.Left.AsSpan(), .. fit.StandIn.Offset.Span,
            fit.HeldOutError, fit.FittedError];
    }

    private static Matrix Relu(Matrix x) =>
        new(x.Rows, x.Columns, Array.ConvertAll(x.AsSpan().ToArray(), v => Math.Max(v, 0)));

    private static Matrix Map(Matrix x, Action<double[], double[]> map)
    {
        var (y, value) = (new Matrix(1, x.Columns), new double[1]);
        for (var j = 0; j < x.Columns; j++)
        {
            map(x.Column(j).ToArray(), value);
            y[0, j] = value[0];
        }

        return y;
    }

    private static Matrix Plus(Matrix y, Matrix c)
    {
        for (var j = 0; j < y.Columns; j++)
        {
            for (var i = 0; i < y.Rows; i++)
            {
                y[i, j] += c[i, 0];
            }
        }

        return y;
    }
}
