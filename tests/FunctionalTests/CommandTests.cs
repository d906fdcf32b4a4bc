using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests;

/// <summary>The commands as a user types them, each with services of its own.</summary>
public sealed class CommandTests(MeshFixture mesh)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Analyze_Json_PrintsOneDocumentWithTheDocumentedKeys()
    {
        var result = await CommandLine.RunAsync(
            "analyze", SharedData.Network("marabou/mnist2x10.onnx"), "--data", SharedData.TestImages,
            "--labels", SharedData.TestLabels, "--scale", "1/255", "--limit", "600", "--json");

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        using var document = JsonDocument.Parse(result.Output);
        var root = document.RootElement;
        Assert.InRange(root.GetProperty("accuracy").GetProperty("original").GetDouble(), 0.85, 1);
        Assert.True(double.IsFinite(root.GetProperty("total").GetProperty("logPdet").GetDouble()));
        Assert.True(double.IsFinite(root.GetProperty("total").GetProperty("canonicalLogPdet").GetDouble()));
        foreach (var component in root.GetProperty("components").EnumerateArray())
        {
            Assert.True(double.IsFinite(component.GetProperty("credit").GetProperty("telescoped").GetDouble()));
            Assert.True(double.IsFinite(component.GetProperty("credit").GetProperty("canonical").GetDouble()));
            var value = component.GetProperty("spectrum").GetProperty("eigenpairs")[0].GetProperty("value");
            Assert.Equal(["re", "im"], value.EnumerateObject().Select(part => part.Name));
        }
    }

    [Fact]
    public async Task Demo_OutputFolder_HoldsNetworkDataAndReport()
    {
        var folder = mesh.NewPath("demo");

        var result = await CommandLine.RunAsync("demo", "--output", folder);

        Assert.True(result.ExitCode == ExitCodes.Success, result.Error);
        Assert.Equal(
            ["report.html", "report.json", "yin-yang.csv", "yin-yang.onnx"],
            Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var report = ReportJson.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "report.json"), Token));
        Assert.True(report.Accuracy.Original > 0.95);
        Assert.Equal(5, report.Components.Count);
        var page = await File.ReadAllTextAsync(Path.Combine(folder, "report.html"), Token);
        Assert.Contains(report.RunId, page, StringComparison.Ordinal);
    }
}
