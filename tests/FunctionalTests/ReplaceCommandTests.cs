using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.FunctionalTests;

/// <summary><c>koopmesh replace</c> end to end: files, reports, exit codes.</summary>
public sealed partial class ReplaceCommandTests(MeshFixture mesh, ReplaceCommandTests.ReplacedNetwork replaced)
    : IClassFixture<ReplaceCommandTests.ReplacedNetwork>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Replace_OneComponent_ReplacesItByItsAffineStandIn()
    {
        var report = replaced.Report;

        var chosen = report.Front[report.Chosen];
        var region = Assert.Single(chosen.Regions);
        Assert.Equal(("dense_2", "affine"), (region.Region, region.Lift));
        Assert.StartsWith("replace dense_2 by affine", report.Verdict, StringComparison.Ordinal);
        var rows = report.Data;
        Assert.Equal(rows.Rows, rows.FitRows + rows.SelectRows + rows.CalibrateRows + rows.TestRows);
    }

    [Fact]
    public void Replace_OneComponent_LeavesTheOriginalAsItWas() => Assert.Equal(
        File.ReadAllBytes(SharedData.Network(ReplacedNetwork.Network)), File.ReadAllBytes(replaced.Model));

    [Fact]
    public async Task Hybrid_InNodesRuntime_HasTheReportedAccuracy()
    {
        var report = replaced.Report;

        using var seen = JsonDocument.Parse(await NodePeer.MeasureAsync(
            replaced.Hybrid + ".json", replaced.Model, SharedData.TestImages, SharedData.TestLabels, "1/255",
            replaced.Hybrid));

        var hybrid = seen.RootElement.GetProperty("hybrids")[0];
        Assert.Equal(report.Data.TestRows, seen.RootElement.GetProperty("rows").GetInt64());
        Assert.Equal(report.Original.Score, seen.RootElement.GetProperty("original").GetDouble(), 1e-12);
        Assert.Equal(report.Front[report.Chosen].Performance.Score, hybrid.GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.InRange(hybrid.GetProperty("batch1").GetProperty("ratio").GetDouble(), 0.1, 10);
    }

    [Fact]
    public void Hybrid_InOnnxChecker_PassesAndSaysWhatItIs()
    {
        var script = Path.Combine(SharedData.Repository!, "tests", "reference", "check_onnx.py");

        using var seen = JsonDocument.Parse(TrajectoryFiles.Python(script, replaced.Hybrid, replaced.Model));

        var (hybrid, original) = (seen.RootElement[0], seen.RootElement[1]);
        Assert.Equal(original.GetProperty("opset").GetInt32(), hybrid.GetProperty("opset").GetInt32());
        Assert.Equal(original.GetProperty("ir").GetInt32(), hybrid.GetProperty("ir").GetInt32());
        Assert.Empty(hybrid.GetProperty("untyped").EnumerateArray());
        var metadata = hybrid.GetProperty("metadata").EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => entry.Value.GetString());
        Assert.All(metadata.Keys, key => Assert.StartsWith("koopmanmesh.", key, StringComparison.Ordinal));
        Assert.Contains("dense_2", metadata["koopmanmesh.regions"], StringComparison.Ordinal);
        Assert.Equal(replaced.Report.Data.Digest, metadata["koopmanmesh.data_digest"]);
        Assert.Equal(replaced.Report.Model.Digest, metadata["koopmanmesh.model_digest"]);
    }

    [Fact]
    public void Ladder_OfTheHybrid_RunsFromProvenToSeen()
    {
        var bounds = replaced.Report.Front[replaced.Report.Chosen].Bounds;

        Assert.Equal("", bounds.Sound.Refusal);
        Assert.InRange(bounds.Empirical.OutputMaximum, bounds.Empirical.OutputRmse / Math.Sqrt(10), bounds.Sound.Output);
        Assert.InRange(bounds.Conformal.Output, 0, bounds.Sound.Output);
        Assert.InRange(bounds.Conformal.TestCoverage, 0.95, 1);
        Assert.InRange(bounds.Empirical.FlipRate, bounds.Empirical.FlipLow, bounds.Empirical.FlipHigh);
    }

    [Fact]
    public async Task Report_Folder_HoldsPageAndTheSameJson()
    {
        Assert.Equal(
            await File.ReadAllTextAsync(replaced.Hybrid + ".json", Token),
            await File.ReadAllTextAsync(Path.Combine(replaced.Folder, "replacement.json"), Token));
        var page = await File.ReadAllTextAsync(Path.Combine(replaced.Folder, "replacement.html"), Token);
        Assert.Contains(replaced.Report.RunId, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_AutoTwice_GivesTheSameReportButForTimes()
    {
        var reports = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var result = await RunAsync(
                mesh.NewPath("h.onnx"), "--auto", "--limit", "1500", "--candidates", "40", "--exports", "3", "--lift",
                "affine", "relu:32", "--rank", "full", "4", "--seed", "5");
            Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
            reports.Add(WithoutTimes(result.Output));
        }

        Assert.Equal(reports[0], reports[1]);
        var report = ReplacementReport.Parser.ParseJson(reports[0]);
        Assert.InRange(report.Front.Count, 1, 3);
        Assert.InRange(report.Candidates.Count, 5, 40);
        Assert.Equal(report.Front.Select(h => h.Performance.Score).OrderDescending().Count(), report.Front.Count);
        Assert.All(report.Front, hybrid => Assert.Equal(["affine", "skip"], hybrid.Baselines.Select(b => b.Name).Order()));
    }

    [Fact]
    public async Task Replace_FrontFolder_HoldsEveryHybridByItsNumber()
    {
        var (hybrid, front) = (mesh.NewPath("h.onnx"), mesh.NewPath("front"));

        var result = await RunAsync(
            hybrid, "--limit", "1500", "--candidates", "12", "--exports", "2", "--lift", "affine", "--front", front,
            "--budget", "accuracy=100%");

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        var report = ReplacementReport.Parser.ParseJson(result.Output);
        Assert.Equal(
            Enumerable.Range(1, report.Front.Count).Select(i => $"{i}.onnx"),
            Directory.GetFiles(front).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(front, $"{report.Chosen + 1}.onnx"), Token),
            await File.ReadAllBytesAsync(hybrid, Token));
    }

    [Fact]
    public async Task Replace_BudgetNothingMeets_WritesNothingAndSaysSo()
    {
        var hybrid = mesh.NewPath("h.onnx");
        using var program = RunningProgram.Start(Arguments(
            hybrid, "--limit", "1500", "--candidates", "6", "--exports", "1", "--lift", "affine", "--budget",
            "latency=0.0001"));

        var result = await program.EndAsync();

        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.Contains("Replace nothing: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("next", result.Output, StringComparison.Ordinal);
        Assert.Contains("exports it whatever it costs", result.Output, StringComparison.Ordinal);
        Assert.Contains("none: nothing was replaced, and ", result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(hybrid)!));
    }

    [Fact]
    public async Task Replace_CtrlC_CancelsAndWritesNothing()
    {
        var hybrid = mesh.NewPath("h.onnx");
        using var program = RunningProgram.Start(Arguments(hybrid, "--candidates", "2000"));
        var fitting = await program.Error.ReadLineAsync(Token);

        await program.InterruptAsync();
        var result = await program.EndAsync();

        Assert.StartsWith("fitting stand-ins: ", fitting, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Cancelled, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("koopmesh: cancelled\n", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(hybrid)!));
    }

    private Task<CommandResult> RunAsync(string hybrid, params string[] more) => CommandLine.RunAsync(
        [.. Arguments(hybrid, more), "--json", "--endpoint", mesh.Address.ToString()]);

    private static string[] Arguments(string hybrid, params string[] more) =>
    [
        "replace", SharedData.Network("marabou/mnist2x10.onnx"), "--data", SharedData.TestImages, "--labels",
        SharedData.TestLabels, "--scale", "1/255", "--output", hybrid, .. more,
    ];

    // What differs from run to run: names, moments and measured times.
    private static string WithoutTimes(string json)
    {
        var report = ReplacementReport.Parser.ParseJson(json);
        (report.RunId, report.CreatedAt) = ("", "");
        report.Timings.Clear();
        report.Verdict = Latency().Replace(report.Verdict, "");
        foreach (var hybrid in report.Front)
        {
            hybrid.Latencies.Clear();
            hybrid.Bounds.Sound.Seconds = 0;
        }

        return report.ToString();
    }

    [GeneratedRegex(@"[0-9.]+ of the latency")]
    private static partial Regex Latency();

    /// <summary>A copy of a network with one component replaced, once.</summary>
    public sealed class ReplacedNetwork(MeshFixture mesh) : IAsyncLifetime
    {
        internal const string Network = "marabou/mnist2x10.onnx";

        internal string Model { get; private set; } = "";

        internal string Hybrid { get; private set; } = "";

        internal string Folder { get; private set; } = "";

        internal ReplacementReport Report { get; private set; } = new();

        public async ValueTask InitializeAsync()
        {
            Model = mesh.Write("mnist2x10.onnx", await File.ReadAllBytesAsync(SharedData.Network(Network), Token));
            (Hybrid, Folder) = (mesh.NewPath("hybrid.onnx"), mesh.NewPath("report"));
            var result = await CommandLine.RunAsync(
                "replace", Model, "--data", SharedData.TestImages, "--labels", SharedData.TestLabels, "--scale",
                "1/255", "--limit", 3000.ToString(CultureInfo.InvariantCulture), "--component", "dense_2", "--lift",
                "affine", "--rank", "full", "--box", "0..1", "--output", Hybrid, "--report", Folder, "--json",
                "--endpoint", mesh.Address.ToString());
            Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
            Report = ReplacementReport.Parser.ParseJson(result.Output);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
