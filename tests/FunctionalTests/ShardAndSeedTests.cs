using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests;

/// <summary>What must not change a number: shards, the accumulator, running again.</summary>
public sealed class ShardAndSeedTests(ShardAndSeedTests.Baseline baseline, MeshFixture mesh)
    : IClassFixture<ShardAndSeedTests.Baseline>
{
    [Fact]
    public async Task Credits_ThreeShards_AreThoseOfOne()
    {
        var report = await AnalyzeAsync(options => options.ShardRows = 4000);

        Assert.Equal(4000, report.Options.ShardRows);
        Agree(baseline.Report, report, 1e-9);
        Assert.Equal(baseline.Report.Accuracy.Correct, report.Accuracy.Correct);
    }

    [Fact]
    public async Task Credits_QrAccumulator_AreThoseOfGram()
    {
        var report = await AnalyzeAsync(options => options.Accumulator = AccumulatorKind.Qr);

        Agree(baseline.Report, report, 1e-6);
    }

    [Fact]
    public async Task Report_SameSeedAgain_HasTheSameNumbers()
    {
        var again = await AnalyzeAsync(_ => { });

        Assert.NotEqual(baseline.Report.RunId, again.RunId);
        Assert.Equal(Numbers(baseline.Report), Numbers(again));
    }

    [Fact]
    public async Task Alignment_Minimal_RunsAndSaysSo()
    {
        var report = await AnalyzeAsync(options => options.Alignment = Alignment.Minimal);

        Assert.Contains(report.Components, component => component.Alignment == Alignment.Minimal);
        Assert.Equal(report.Total.LogPdet, report.Components.Sum(c => c.Credit.Telescoped), 1e-9);
    }

    private async Task<Report> AnalyzeAsync(Action<AnalysisOptions> change)
    {
        var spec = await Baseline.SpecAsync(mesh);
        change(spec.Options);
        return await mesh.AnalyzeAsync(spec);
    }

    private static void Agree(Report expected, Report actual, double tolerance)
    {
        Assert.Equal(expected.Components.Count, actual.Components.Count);
        foreach (var (one, other) in expected.Components.Zip(actual.Components))
        {
            Close(one.Credit.Telescoped, other.Credit.Telescoped, tolerance);
            Close(one.Credit.Canonical, other.Credit.Canonical, tolerance);
        }
    }

    // Pixels are so nearly collinear that a Gram matrix summed in another order moves the tenth digit.
    private static void Close(double expected, double actual, double tolerance) =>
        Assert.Equal(expected, actual, tolerance * Math.Max(1, Math.Abs(expected)));

    /// <summary>All but what says which run it was and how long it took.</summary>
    private static Report Numbers(Report report)
    {
        var numbers = report.Clone();
        (numbers.RunId, numbers.CreatedAt) = ("", "");
        numbers.Timings.Clear();
        return numbers;
    }

    /// <summary>One shard, Gram, seed 0.</summary>
    public sealed class Baseline(MeshFixture mesh) : IAsyncLifetime
    {
        internal Report Report { get; private set; } = new();

        internal static async Task<RunSpec> SpecAsync(MeshFixture mesh)
        {
            var spec = await mesh.SpecAsync(
                SharedData.Network("marabou/mnist2x10.onnx"), SharedData.TestImages, SharedData.TestLabels, 1.0 / 255);
            (spec.Options.Bootstraps, spec.Options.AuditRows, spec.Options.SpectrumRows) = (20, 200, 256);
            return spec;
        }

        public async ValueTask InitializeAsync() => Report = await mesh.AnalyzeAsync(await SpecAsync(mesh));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
