using System.Numerics;
using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Dynamics.Equivalence;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class EquivalenceTests
{
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(null);

    private static readonly EquivalenceOptions _options = new()
    {
        Widths = [2, 4],
        ControlWidth = 4,
        Starts = 3,
        Batch = 10,
        Delays = 4,
        Modes = 4,
        Shuffles = 19,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ClassifierTask Task => new(YinYang.Sample(400, 42), YinYang.Sample(50, 7), [2, 4, 2], _la);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Spectrum_LinearRuns_IsTheMapsOwnWhateverTheCoordinates(string name)
    {
        var la = Algebras.Get(name);
        var runs = Enumerable.Range(0, 4).Select(start => Run(Planted.Map, [1, start, start * start])).ToArray();
        var turned = runs.Select(run => la.Multiply(Turn, run)).ToArray();

        var (plain, rotated) = (RunSpectrum.Of(runs, 3, 3, la), RunSpectrum.Of(turned, 3, 3, la));

        Assert.InRange(SpectrumDistance.Wasserstein(plain.Values(), [0.9, 0.6, 0.3]), 0, 1e-10);
        Assert.InRange(plain.DistanceTo(rotated), 0, 1e-10);
    }

    [Fact]
    public void Spectrum_OtherDecayRate_IsAsFarAsTheRateMoved()
    {
        var slower = Matrix.FromRows([[0.9, 0.2, 0.1], [0, 0.7, 0.3], [0, 0, 0.3]]);
        var runs = Enumerable.Range(0, 4).Select(start => Run(Planted.Map, [1, start, start * start])).ToArray();
        var others = Enumerable.Range(0, 4).Select(start => Run(slower, [1, start, start * start])).ToArray();

        Assert.Equal(
            0.1 / 3, RunSpectrum.Of(runs, 2, 3, _la).DistanceTo(RunSpectrum.Of(others, 2, 3, _la)), 1e-10);
    }

    [Fact]
    public void Runs_HiddenUnitsInAnotherOrder_AreTheSameRunsWithColumnsExchanged()
    {
        var runs = new WeightRuns(Task, _options, _la);
        var descent = new SgdOptions { LearningRate = 0.1 };
        int[] hidden = [2, 0, 3, 1];

        var (plain, loss) = runs.Run(5, descent, 9, null, Token);
        var (permuted, same) = runs.Run(5, descent, 9, hidden, Token);

        Assert.Equal(loss, same, 1e-5);
        for (var unit = 0; unit < 2; unit++)
        {
            for (var i = 0; i < 4; i++)
            {
                var (row, other) = ((unit * 4) + hidden[i], (unit * 4) + i);
                Assert.Equal(plain[2][row, 39], permuted[2][other, 39], 1e-4);
            }
        }
    }

    [Fact]
    public void Runs_Starts_AreALittleBesideEachOther()
    {
        var still = new SgdOptions { LearningRate = 1e-9 };

        var (runs, _) = new WeightRuns(Task, _options, _la).Run(5, still, 9, null, Token);

        Assert.Equal(3, runs.Count);
        Assert.All(Enumerable.Range(0, 8), i =>
        {
            var change = Math.Abs((runs[1][i, 0] / runs[0][i, 0]) - 1);
            Assert.InRange(change, 1e-8, 1.01e-3);
        });
    }

    [Fact]
    public void OnlineDescent_MirrorAndGradient_MoveAlikeForSmallSteps()
    {
        // Both follow dx/dt = -x^2 f'(x); from the same x the first steps agree to second order in the rate.
        var mirror = OnlineDescent.Mirror()[0];
        var x = mirror[0, 0];
        var slope = 1 + Math.Pow(Math.Tan(x), 2);

        Assert.Equal(x - (0.01 * x * x * slope), mirror[0, 1], 1e-4 * x);
        var gradient = OnlineDescent.Gradient()[0];
        var u = gradient[0, 0];
        Assert.Equal(u - (0.01 * Math.Exp(u) * (1 + Math.Pow(Math.Tan(Math.Exp(u)), 2))), gradient[0, 1], 1e-15);
    }

    [Fact]
    public void Groups_SameSpectra_AreNotTold_OtherSpectraAre()
    {
        var random = new Random(1);
        var (a, b) = (Spectra(0.9), Spectra(0.9));
        var far = Spectra(0.5);

        Assert.InRange(SpectrumTests.Groups(a, b, 199, 1).P, 0.05, 1);
        var (excess, p) = SpectrumTests.Groups(a, far, 199, 1);
        Assert.Equal(1 / 200.0, p, 0.02);
        Assert.Equal(0.2, excess, 0.01);

        RunSpectrum[] Spectra(double first) => [.. Enumerable.Range(0, 10).Select(
            _ => new RunSpectrum([first + (0.01 * random.NextDouble()), 0.1], [0, 0]))];
    }

    [Fact]
    public void Exchange_FarApartClusters_CountsOnlyWholeExchanges()
    {
        var (a, b) = (new RunSpectrum([0, 0.1], [0, 0]), new RunSpectrum([10, 10.1], [0, 0]));

        // 00 and 11 keep the distance of 10; 01 and 10 give {0, 10.1} and {0.1, 10}: far less.
        Assert.Equal(0.5, SpectrumTests.Exchange(a, b, 2_000, 3), 0.05);
    }

    [Fact]
    public void Run_Tiny_WritesAReportAndFindsTheConjugacy()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var context = new ExperimentContext { Seeds = 2, Store = new SeedStore(folder.FullName), Algebra = _la };
            var report = new EquivalenceExperiment(_options, _ => Task).Run(context, Token);
            var again = new EquivalenceExperiment(_options, _ => throw new InvalidOperationException())
                .Run(context, Token);

            Assert.Equal(report.Summary, again.Summary);
            Assert.Contains("| 2 and 4", report.Sections[1].Markdown, StringComparison.Ordinal);
            var seed = context.Store.GetOrAdd<EquivalenceResult>("seed-1", () => throw new InvalidOperationException());
            Assert.InRange(seed.Spectra["rotated"].DistanceTo(seed.Spectra["h = 4"]), 0, 1e-8);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // An orthogonal matrix that is no permutation.
    private static Matrix Turn { get; } = Matrix.FromRows(
        [[2.0 / 3, -1.0 / 3, 2.0 / 3], [2.0 / 3, 2.0 / 3, -1.0 / 3], [-1.0 / 3, 2.0 / 3, 2.0 / 3]]);

    private static Matrix Run(Matrix map, double[] start)
    {
        var run = new Matrix(3, 12);
        start.CopyTo(run.Column(0));
        for (var j = 1; j < run.Columns; j++)
        {
            _la.Multiply(map, run.Column(j - 1)).CopyTo(run.Column(j));
        }

        return run;
    }
}
