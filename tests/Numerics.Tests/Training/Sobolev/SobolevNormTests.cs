using System.Text.Json;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Reference;
using KoopmanMesh.Numerics.Training.Sobolev;

namespace KoopmanMesh.Numerics.Tests.Training.Sobolev;

public sealed class SobolevNormTests
{
    private static readonly double[] _sine = Signal(64, x => Math.Sin(2 * Math.PI * 3 * x));

    [Fact]
    public void Squared_T21PureSine_IsItsWeightHalved()
    {
        var grid = new RegularGrid(64);

        Assert.Equal(2.6488574294e-2, new SobolevNorm(grid, 0.5).Squared(_sine), 1e-12);
        Assert.Equal(0.5, new SobolevNorm(grid, 0).Squared(_sine), 1e-14);
        Assert.Equal(
            0.5 / Math.Sqrt(1 + (9 * Math.PI * Math.PI)),
            new SobolevNorm(new RegularGrid(new GridAxis(64, length: 2)), 0.5).Squared(_sine), 1e-14);
    }

    [Fact]
    public void Amplification_T21GridOf256_IsThePapersNumber()
    {
        var norm = new SobolevNorm(new RegularGrid(256), 1);

        Assert.Equal(5.847328, norm.Amplification(1), 1e-6);
        Assert.Equal(0.664, norm.Amplification(3), 1e-3);
        Assert.Equal(0.060, norm.Amplification(10), 1e-3);
        Assert.Equal(4.2249e-3, norm.Weights.ToArray().Average(), 1e-7);
    }

    [Fact]
    public void Evaluate_RandomSignalsOnEveryKindOfGrid_IsNumPysValueAndGradient()
    {
        using var reference = PythonReference.Run("sobolev_reference.py");
        var regular = reference.RootElement.GetProperty("regular").EnumerateArray().ToList();
        var scattered = reference.RootElement.GetProperty("scattered").EnumerateArray().ToList();

        Assert.Equal((55, 40), (regular.Count, scattered.Count));
        Assert.All(regular, c => AssertSame(c, new RegularGrid([.. c.GetProperty("axes").EnumerateArray().Select(
            a => new GridAxis(a[0].GetInt32(), Boundary(a[2]), a[1].GetDouble()))])));
        Assert.All(scattered, c => AssertSame(c, new ScatteredGrid(
            Doubles(c.GetProperty("positions")), Boundary(c.GetProperty("even")), c.GetProperty("length").GetDouble(),
            c.GetProperty("modes").GetInt32())));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(-0.3)]
    public void Squared_ScatteredOnARegularGrid_IsTheFft(double index)
    {
        foreach (var n in (int[])[1, 2, 15, 16])
        {
            var e = Noise(n);
            double[] at = [.. Enumerable.Range(0, n).Select(j => (double)j / n)];
            double[] middles = [.. at.Select(x => x + (0.5 / n))];

            var fft = new SobolevNorm(new RegularGrid(n), index);
            var nudft = new SobolevNorm(new ScatteredGrid(at), index);
            var dct = new SobolevNorm(new RegularGrid(new GridAxis(n, GridBoundary.Even)), index);
            var nudct = new SobolevNorm(new ScatteredGrid(middles, GridBoundary.Even), index);

            Assert.Equal(fft.Squared(e), nudft.Squared(e), 1e-13);
            Assert.Equal(dct.Squared(e), nudct.Squared(e), 1e-13);
            Assert.Equal(n > 1 ? fft.Amplification(1) : 1, n > 1 ? nudft.Amplification(1) : 1, 1e-12);
        }
    }

    [Fact]
    public void Squared_SamplesInAnotherOrder_IsTheSame()
    {
        double[] x = [0.9, 0.05, 0.3, 0.31, 0.77, 0.5];
        var e = Noise(6);
        double[] shuffledX = [x[3], x[0], x[5], x[1], x[2], x[4]];
        double[] shuffledE = [e[3], e[0], e[5], e[1], e[2], e[4]];

        Assert.Equal(
            new SobolevNorm(new ScatteredGrid(x), 1).Squared(e),
            new SobolevNorm(new ScatteredGrid(shuffledX), 1).Squared(shuffledE), 1e-15);
    }

    [Fact]
    public void Transform_HalfCosine_IsOneCoefficient()
    {
        // A half wave ends elsewhere than it began: one line of the DCT, many of the DFT.
        double[] e = [.. Enumerable.Range(0, 15).Select(j => Math.Cos(Math.PI * (j + 0.5) / 15))];

        var extended = new RegularGrid(new GridAxis(15, GridBoundary.Even)).Transform(e);
        var periodic = new RegularGrid(15).Transform(e);

        Assert.All(extended.Index(), c => Assert.Equal(c.Index == 1 ? 0.5 : 0, (c.Item - 0).Magnitude, 1e-15));
        Assert.True(periodic.Count(c => c.Magnitude > 1e-3) > 8);
        var norm = new SobolevNorm(new RegularGrid(new GridAxis(15, GridBoundary.Even, 2)), 0.5);
        Assert.Equal(0.5 / Math.Sqrt(1 + (Math.PI * Math.PI / 4)), norm.Squared(e), 1e-14);
    }

    [Fact]
    public void Squared_SeparableProduct_IsTheFormulaOfItsWaves()
    {
        // cos(2 pi 2 x) sin(2 pi 3 y): four coefficients of 1/4 at |k|^2 = 4 + 9, the y axis twice as long.
        var (first, second) = (Signal(8, x => Math.Cos(4 * Math.PI * x)), Signal(9, y => Math.Sin(6 * Math.PI * y)));
        double[] e = [.. first.SelectMany(a => second.Select(b => a * b))];
        var grid = new RegularGrid(new GridAxis(8), new GridAxis(9, length: 2));

        var squared = new SobolevNorm(grid, 1.5).Squared(e);

        var wave = 4 * Math.PI * Math.PI * (4 + (9.0 / 4));
        Assert.Equal(0.25 * Math.Pow(1 + wave, -1.5), squared, 1e-15);
    }

    [Fact]
    public void Squared_IndexZero_IsTheMeanSquareOnEveryRegularGrid()
    {
        foreach (var grid in (RegularGrid[])
            [new(12), new(13), new(1), new(new GridAxis(12, GridBoundary.Even, 3)),
            new(new GridAxis(1, GridBoundary.Even)),
            new(new GridAxis(4), new GridAxis(5, GridBoundary.Even), new GridAxis(3))])
        {
            var e = Noise(grid.Points);
            Assert.Equal(e.Average(v => v * v), new SobolevNorm(grid, 0).Squared(e), 1e-13);
        }
    }

    [Fact]
    public void Gradient_EveryKindOfNorm_IsThatOfCentralDifferences()
    {
        SpectralGrid[] grids =
        [
            new RegularGrid(16), new RegularGrid(17), new RegularGrid(1),
            new RegularGrid(new GridAxis(11, GridBoundary.Even)),
            new RegularGrid(new GridAxis(4, GridBoundary.Even), new GridAxis(5)),
            new ScatteredGrid([0.1, 0.9, 0.4, 0.4, 1]),
            new ScatteredGrid([0.1, 0.9, 0.4, 0.6, 1], GridBoundary.Even, modes: 3, quadrature: [1, 2, 0.5, 0, 1]),
        ];
        foreach (var grid in grids)
        {
            foreach (var norm in (SobolevNorm[])
                [new(grid, 0.75), new(grid, 1, zeroMean: true), new(grid, SobolevTerm.Default)])
            {
                var (e, gradient) = (Noise(grid.Points), new double[grid.Points]);
                var value = norm.Evaluate(e, gradient);

                Assert.Equal(norm.Squared(e), value, 1e-15 * value);
                for (var j = 0; j < e.Length; j++)
                {
                    var (up, down) = ((double[])e.Clone(), (double[])e.Clone());
                    (up[j], down[j]) = (e[j] + 1e-5, e[j] - 1e-5);
                    Assert.Equal((norm.Squared(up) - norm.Squared(down)) / 2e-5, gradient[j], 1e-9);
                }
            }
        }
    }

    [Fact]
    public void Squared_ZeroMean_IsBlindToAConstant()
    {
        var norm = new SobolevNorm(new RegularGrid(new GridAxis(20, GridBoundary.Even)), 0.5, zeroMean: true);
        var e = Noise(20);

        Assert.Equal(norm.Squared(e), norm.Squared([.. e.Select(v => v + 7)]), 1e-13);
        Assert.Equal(0, norm.Squared([.. Enumerable.Repeat(3.0, 20)]), 1e-28);
    }

    [Fact]
    public void Squared_Mixture_IsTheSumOfItsTermsAndNormalizedStartsAtTheSharesSum()
    {
        var grid = new RegularGrid(30);
        SobolevTerm[] terms = [new(0.1, 0), new(0.7, 0.5), new(0.9, 1)];
        var (first, later) = (Noise(60), Noise(30, seed: 8));

        var mixture = new SobolevNorm(grid, terms).Squared(later);
        var normalized = new SobolevNorm(grid, SobolevTerm.Normalize(terms, grid, first));

        Assert.Equal(terms.Sum(t => t.Share * new SobolevNorm(grid, t.Index).Squared(later)), mixture, 1e-13);
        Assert.Equal(1.7, (normalized.Squared(first.AsSpan(0, 30)) + normalized.Squared(first.AsSpan(30))) / 2, 1e-12);
    }

    [Fact]
    public void Evaluate_AgainAndAgain_AllocatesNothing()
    {
        var norm = new SobolevNorm(new RegularGrid(new GridAxis(64), new GridAxis(16, GridBoundary.Even)), 1);
        var (e, gradient) = (Noise(1_024), new double[1_024]);
        norm.Evaluate(e, gradient);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            norm.Evaluate(e, gradient);
        }

        // One evaluation's coefficients alone are 16 KB; a collection may empty the pool once, ten evaluations can't.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000);
    }

    [Fact]
    public void BadInput_IsNamed()
    {
        var grid = new RegularGrid(4);
        var norm = new SobolevNorm(grid, 1);

        Assert.Equal(
            "the signal was expected to be 4 long, got 0",
            Assert.Throws<ShapeMismatchException>(() => norm.Squared([])).Message);
        Assert.Equal(
            "the gradient was expected to be 4 long, got 3",
            Assert.Throws<ShapeMismatchException>(() => norm.Evaluate(new double[4], new double[3])).Message);
        Assert.StartsWith(
            "the signal", Assert.Throws<NonFiniteDataException>(() => norm.Squared([1, double.NaN, 0, 0])).Message,
            StringComparison.Ordinal);
        Assert.Throws<NonFiniteDataException>(() => grid.Transform([1, 2, 3, double.PositiveInfinity]));
        Said(
            "Sobolev terms are at least one, shares finite from 0 and indices finite, got 1 at NaN",
            () => new SobolevNorm(grid, double.NaN));
        Said(
            "Sobolev terms are at least one, shares finite from 0 and indices finite, got none",
            () => new SobolevNorm(grid, []));
        Said(
            "the error to measure against is 0 in the norm of index 0.5, expected it above 0",
            () => SobolevTerm.Normalize([new(1, 0.5)], grid, new double[4]));
        Assert.Throws<ShapeMismatchException>(() => SobolevTerm.Normalize([new(1, 0.5)], grid, new double[3]));
        Assert.Throws<ShapeMismatchException>(
            () => SobolevTerm.Normalize([new(1, 0.5)], grid, new double[] { 1, 2, 3, 4, 5 }));
    }

    [Fact]
    public void BadGrid_IsNamed()
    {
        Said("the length is positive and finite", () => new GridAxis(3, length: 0));
        Said("points ('0') must be greater than or equal to '1'", () => new RegularGrid(0));
        Said(
            "a grid has at least one axis and at most 2147483591 points, got 0 axes of  points",
            () => new RegularGrid([]));
        Said(
            "a grid has at least one axis and at most 2147483591 points, got 2 axes of 100000 x 100000 points",
            () => new RegularGrid(new GridAxis(100_000), new GridAxis(100_000)));
        Said("positions are from 0 to 1, got NaN", () => new ScatteredGrid([0.5, double.NaN]));
        Said("positions are from 0 to 2, got 2.5", () => new ScatteredGrid([0.5, 2.5], length: 2));
        Said(
            "samples and modes are at least one each and 67108864 in product at most, got 0 samples and 0 modes",
            () => new ScatteredGrid([]));
        Said("got 3 samples and 100000000 modes", () => new ScatteredGrid([0.1, 0.2, 0.3], modes: 100_000_000));
        Said(
            "the quadrature was expected to be 2 long, got 1", () => new ScatteredGrid([0.1, 0.2], quadrature: [1]));
    }

    [Fact]
    public void Annealing_FallsInAStraightLine()
    {
        var annealing = new SobolevAnnealing(1, 0, 0.25, 0.75);

        Assert.Equal([1, 1, 0.5, 0, 0], new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(annealing.At));
        Assert.Equal(0.75, new SobolevAnnealing().At(0.25));
        Assert.Equal(
            "an index anneals between finite numbers and 0 <= start < end <= 1, got 1 to 0 from 0.5 to 0.5",
            Assert.Throws<InvalidOperationException>(() => new SobolevAnnealing(Start: 0.5, End: 0.5).At(0)).Message);
    }

    private static void AssertSame(JsonElement c, SpectralGrid grid)
    {
        var terms = c.GetProperty("terms").EnumerateArray();
        var norm = new SobolevNorm(grid, [.. terms.Select(t => new SobolevTerm(t[0].GetDouble(), t[1].GetDouble()))]);
        var gradient = new double[grid.Points];

        var value = norm.Evaluate(Doubles(c.GetProperty("e")), gradient);

        var expected = c.GetProperty("value").GetDouble();
        Assert.Equal(expected, value, 1e-13 * expected);
        Assert.All(
            Doubles(c.GetProperty("gradient")).Zip(gradient),
            p => Assert.Equal(p.First, p.Second, 1e-12 * (1 + expected)));
    }

    private static GridBoundary Boundary(JsonElement even) =>
        even.GetBoolean() ? GridBoundary.Even : GridBoundary.Periodic;

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    private static double[] Noise(int length, int seed = 3) => Matrices.Gaussian(length, 1, seed).AsSpan().ToArray();

    private static double[] Signal(int points, Func<double, double> f) =>
        [.. Enumerable.Range(0, points).Select(j => f((double)j / points))];

    private static void Said(string sentence, Func<object> act) => Assert.Contains(
        sentence, Assert.ThrowsAny<ArgumentException>(() => act()).Message, StringComparison.Ordinal);
}
