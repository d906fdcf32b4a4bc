using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Dynamics.Sobolev;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training.Losses;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class SobolevTests
{
    private static readonly SobolevOptions _tiny = new()
    {
        Points = 64,
        Waves = [1, 3],
        Amplitudes = [1, 0.5],
        NoiseLevels = [0, 0.5],
        Hidden = [16],
        FirstScale = 4,
        Epochs = 200,
        Rate = 1e-2,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Filters_OfTheReportedSignal_HaveTheErrorsOfTheirBands()
    {
        var signal = new MultiScaleSignal(new SobolevOptions(), 5, 1);

        var filters = signal.Filters().ToDictionary(f => f.Name, f => f.Error);

        // White noise of 8,192 points: a filter that keeps n of them lets sqrt(n / 8192) of it through.
        Assert.Equal(1, filters["nothing (zero)"], 1e-12);
        Assert.Equal(5, filters["the noisy data"], 0.15);
        Assert.Equal(5 * Math.Sqrt(41.0 / 8_192), filters["low-pass to k = 20"], 0.12);
        Assert.Equal(5 * Math.Sqrt(6.0 / 8_192), filters["Wiener filter (knows the spectrum)"], 0.08);
    }

    [Fact]
    public void Parts_CleanSignalPlusAnotherWave_AreItsSharesAndTheWavesEnergy()
    {
        var signal = new MultiScaleSignal(_tiny, 0, 1);
        double[] estimate = [.. signal.Clean.Select((y, j) => (0.5 * y) + Math.Sin(2 * Math.PI * 9 * j / 64))];

        var (waves, other) = signal.Parts(estimate);

        Assert.All(waves, share => Assert.Equal(0.5, share, 1e-12));
        Assert.Equal(1 / 1.25, other, 1e-12);
        Assert.Equal(Math.Sqrt(0.25 + (1 / 1.25)), signal.Error(estimate), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Train_WithoutNoise_LearnsTheSignalUnderTheMeanSquareAndTheMixture(string name)
    {
        var (signal, seed) = (new MultiScaleSignal(_tiny, 0, 1), new SobolevSeed(_tiny, Algebras.Get(name)));

        Assert.InRange(seed.Train(new MeanSquared(), signal, 1, Token).Error, 0, 0.1);
        Assert.InRange(seed.Train(new SobolevMixture(signal.Grid), signal, 1, Token).Error, 0, 0.1);
    }

    [Fact]
    public void Run_TwoSeeds_KeepsThemAndReportsEveryLossAndLevel()
    {
        var folder = Directory.CreateTempSubdirectory("koopmanmesh-sobolev-");
        try
        {
            var context = new ExperimentContext
            {
                Seeds = 2,
                Store = new SeedStore(folder.FullName),
                Algebra = LinearAlgebraProvider.Detect(null),
            };
            var experiment = new SobolevExperiment(_tiny with { Epochs = 20 });

            var report = experiment.Run(context, Token);
            var again = experiment.Run(context, Token);

            Assert.Equal(
                ["seed-1-noise-0.5.json", "seed-1-noise-0.json", "seed-2-noise-0.5.json", "seed-2-noise-0.json"],
                folder.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal));
            Assert.Equal(report.Summary, again.Summary);
            var errors = report.Sections.Single(s => s.Heading == "Error to the clean signal");
            Assert.All(
                SobolevSeed.Losses, l => Assert.Contains($"| {l.Name}", errors.Markdown, StringComparison.Ordinal));
            Assert.Equal(["epochs", "noise"], errors.Figures!.Keys);
            Assert.All(errors.Figures.Values, f => Assert.Equal(5, f.Series.Count));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(0.9, "0.300 of its error, where at most a third was asked (met)")]
    [InlineData(1.2, "0.400 of its error, where at most a third was asked (not met)")]
    public void Write_Summary_SaysWhetherTheTargetIsMet(double mixture, string sentence)
    {
        var losses = SobolevSeed.Losses.ToDictionary(l => l.Name, l => new SobolevOutcome
        {
            Error = l.Name == SobolevSeed.Mixture ? mixture : 3,
            Curve = [1, 0.7, 2],
            Waves = [1, 1],
            Rest = 0.2,
        });
        SobolevResult[] results =
        [
            .. new[] { 1, 2 }.SelectMany(seed => _tiny.NoiseLevels.Select(
                noise => new SobolevResult { Seed = seed, Noise = noise, Losses = losses, Filters = [] })),
        ];

        var summary = new SobolevReport(results, _tiny).Write("title").Summary.ReplaceLineEndings(" ");

        Assert.Contains(sentence, summary, StringComparison.Ordinal);
        Assert.Contains("comes to 0.700 ± 0", summary, StringComparison.Ordinal);
    }
}
