using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests;

/// <summary>The main job on the network and the 10,000 rows that the project promises it for.</summary>
public sealed class MainJobTests(MainJobTests.AnalysedNetwork analysed) : IClassFixture<MainJobTests.AnalysedNetwork>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Report Report => analysed.Report;

    [Fact]
    public void Accuracy_MnistTestSet_IsTheMeasuredOne()
    {
        Assert.Equal(0.9451, Report.Accuracy.Original, 1e-9);
        Assert.Equal(10_000, Report.Accuracy.Rows);
    }

    [Fact]
    public void Components_SevenDenseLayers_AreAllThere()
    {
        Assert.Equal(7, Report.Components.Count);
        Assert.All(Report.Components, component => Assert.Equal("dense", component.Kind));
    }

    [Fact]
    public void Credits_Summed_AreTheTotals()
    {
        Assert.Equal(Report.Total.LogPdet, Report.Components.Sum(c => c.Credit.Telescoped), 1e-9);
        Assert.Equal(Report.Total.CanonicalLogPdet, Report.Components.Sum(c => c.Credit.Canonical), 1e-9);
    }

    [Fact]
    public void Parity_ProbedNetwork_GivesTheSameBits()
    {
        Assert.True(Report.Parity.BitwiseEqual);
        Assert.Equal(0, Report.Parity.MaxRelativeDifference);
        Assert.InRange(Report.Parity.MaxReplayDifference, 0, 1e-5);
    }

    [Fact]
    public void Audit_SevenComponents_JudgesBothClaimsWithReasons()
    {
        Assert.NotEmpty(Report.Audit.Interventions);
        Assert.Contains(Report.Audit.Verdicts, v => v is { Metric: "canonical", Claim: Claim.Irreplaceability });
        Assert.Contains(Report.Audit.Verdicts, v => v is { Metric: "canonical", Claim: Claim.Sensitivity });
        Assert.All(Report.Audit.Verdicts, v => Assert.NotEqual(Verdict.Unspecified, v.Verdict));
        Assert.All(Report.Audit.Verdicts, v => Assert.NotEmpty(v.Reason));
    }

    [Fact]
    public void Intervals_EveryComponent_AreOrdered()
    {
        Assert.Equal(200, Report.Total.Bootstraps);
        Assert.All(Report.Components.Select(c => c.Credit.CanonicalInterval), i => Assert.True(i.Low <= i.High));
        Assert.All(Report.Components.Select(c => c.Credit.TelescopedInterval), i => Assert.True(i.Low <= i.High));
    }

    [Fact]
    public async Task Credits_AgainstNumPyOnItsOwn_Agree()
    {
        using var reference = JsonDocument.Parse(await RunReferenceAsync());

        Agree(reference, "telescoped", credit => credit.Telescoped);
        Agree(reference, "canonical", credit => credit.Canonical);
    }

    // The reference evaluates the network in float64, ONNX Runtime in float32: the last digits can't agree.
    private void Agree(JsonDocument reference, string metric, Func<Run.V1.Credit, double> credit)
    {
        double[] expected = [.. reference.RootElement.GetProperty(metric).EnumerateArray().Select(e => e.GetDouble())];
        Assert.Equal(expected.Length, Report.Components.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            var tolerance = 1e-6 + (1e-5 * Math.Abs(expected[i]));
            Assert.Equal(expected[i], credit(Report.Components[i].Credit), tolerance);
        }
    }

    private static async Task<string> RunReferenceAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "the reference needs Python, which is not on this machine");
        var script = Path.Combine(
            SharedData.Repository!, "tests", "FunctionalTests", "Reference", "credit_reference.py");
        var (exitCode, _) = await PythonAsync("-c", "import numpy, onnx");
        Assert.SkipUnless(exitCode == 0, "the reference needs Python's numpy and onnx, which are not on this machine");

        var scale = (1.0 / 255).ToString("R", CultureInfo.InvariantCulture);
        var (ended, output) = await PythonAsync(script, AnalysedNetwork.Model, SharedData.TestImages, scale);

        Assert.Equal(0, ended);
        return output;
    }

    private static async Task<(int ExitCode, string Output)> PythonAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output);
    }

    /// <summary>The network analysed once, with every default.</summary>
    public sealed class AnalysedNetwork(MeshFixture mesh) : IAsyncLifetime
    {
        internal static string Model => SharedData.Network("marabou/mnist5x20_leaky_relu.onnx");

        internal Report Report { get; private set; } = new();

        public async ValueTask InitializeAsync() => Report = await mesh.AnalyzeAsync(
            await mesh.SpecAsync(Model, SharedData.TestImages, SharedData.TestLabels, 1.0 / 255));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
