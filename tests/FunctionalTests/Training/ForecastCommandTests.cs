using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary><c>koopmesh forecast</c> finds where runs of known dynamics go, and says what that is worth.</summary>
public sealed class ForecastCommandTests(MeshFixture mesh, CommandRuns runs) : IClassFixture<CommandRuns>
{
    [Fact]
    public async Task Forecast_GradientDescentOnAQuadratic_IsItsClosedForm()
    {
        var output = mesh.NewPath("weights.safetensors");

        var root = await CommandRuns.JsonAsync(
            mesh, "forecast", runs["t13-start.npy"], "--steps", "30", "--partition", "full", "--output", output);

        // w(50) = w* + (1 - rate h)^50 (w(0) - w*), of T13.
        var weights = Read(output);
        double[] truth = [2 - (2 * Math.Pow(0.9, 50)), -1 + (1.5 * Math.Pow(0.6, 50))];
        Assert.Equal(truth, weights.Doubles("parameters", 2), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(("20", "50"), (weights.RequireMetadata("from_step"), weights.RequireMetadata("step")));
        var report = root.GetProperty("report");
        Assert.Equal(("50", 21), (
            report.GetProperty("toStep").GetString(), report.GetProperty("snapshotsFitted").GetInt32()));
        Assert.Equal(Path.GetFullPath(output), root.GetProperty("output").GetString());
    }

    [Fact]
    public async Task Forecast_WithItsNetwork_TriesBothWeightsInIt()
    {
        var output = mesh.NewPath("weights.safetensors");
        var network = mesh.Write("net.onnx", Samples.Network(Samples.Dense(3, 4, 1)));
        using var known = JsonDocument.Parse(await File.ReadAllTextAsync(
            runs["softmax.json"], TestContext.Current.CancellationToken));

        var root = await CommandRuns.JsonAsync(
            mesh, "forecast", runs["softmax"], "--steps", "20", "--snapshots", "30", "--output", output, "--model",
            network, "--data", runs["rows.npy"], "--labels", runs["labels.npy"]);

        // What NumPy finds at the last weights.
        var last = root.GetProperty("last");
        Assert.Equal(known.RootElement.GetProperty("loss").GetDouble(), last.GetProperty("loss").GetDouble(), 1e-5);
        Assert.Equal(
            known.RootElement.GetProperty("accuracy").GetDouble(), last.GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.True(root.GetProperty("better").GetBoolean());
        var predicted = root.GetProperty("predicted").GetProperty("loss").GetDouble();
        Assert.True(predicted < last.GetProperty("loss").GetDouble());
        AssertNearer(Read(output), Numbers(known, "truth"), Numbers(known, "known"));
    }

    [Fact]
    public async Task Forecast_ForPeople_SaysWhetherThePredictionIsBetter()
    {
        var network = mesh.Write("net.onnx", Samples.Network(Samples.Dense(3, 4, 1)));

        var text = await CommandRuns.TextAsync(
            mesh, "forecast", runs["softmax"], "--steps", "20", "--snapshots", "30", "--output",
            mesh.NewPath("weights.safetensors"), "--model", network, "--data", runs["rows.npy"], "--labels",
            runs["labels.npy"]);

        Assert.Contains("at step 80, 20 snapshots beyond step 60", text, StringComparison.Ordinal);
        Assert.Contains("the predicted weights are better: loss ", text, StringComparison.Ordinal);
        Assert.Contains("on 150 rows", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forecast_Refused_LeavesNoFile()
    {
        var output = mesh.NewPath("weights.safetensors");

        var result = await CommandLine.RunAsync(
            "forecast", runs["t13-start.npy"], "--steps", "5", "--partition", "frob", "--output", output, "--endpoint",
            mesh.Address.ToString());

        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains("frob", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(output)!));
    }

    [Fact]
    public async Task Forecast_OutputOverItsRun_IsRefused() => await CommandRuns.FailsAsync(
        mesh, ExitCodes.BadInput, $"'{runs["t13.npy"]}' is also what is read; name another file with --output",
        "forecast", runs["t13.npy"], "--steps", "5", "--output", runs["t13.npy"]);

    [Fact]
    public async Task Forecast_OutputInNoFolder_FailsBeforeStreaming() => await CommandRuns.FailsAsync(
        mesh, ExitCodes.Environment,
        $"'{runs["nowhere/w"]}' can't be written: there is no such folder; name another file with --output",
        "forecast", runs["t13.npy"], "--steps", "5", "--output", runs["nowhere/w"]);

    [Theory]
    [InlineData("--steps got '0'; expected a whole number from 1 to 1000000000", "--steps", "0")]
    [InlineData("--model and --data are given together, or neither is", "--steps", "5", "--model", "net.onnx")]
    [InlineData("--clip got '-1'; expected a number above 0, or none", "--steps", "5", "--clip", "-1")]
    [InlineData("Option '--steps' is required.")]
    public async Task Forecast_ValueOutOfRange_IsAUsageError(string message, params string[] option)
    {
        var result = await CommandLine.RunAsync(["forecast", runs["t13.npy"], "--output", "w.safetensors", .. option]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.StartsWith($"koopmesh: {message}\n", result.Error, StringComparison.Ordinal);
    }

    // Less than half of the way that is left: clipping a growing mode costs more here than the fit misses.
    private static void AssertNearer(TensorArchive weights, double[] truth, double[] known)
    {
        double[] found =
        [
            .. weights.Singles("dense_1.weight", 4, 3).Select(x => (double)x),
            .. weights.Singles("dense_1.bias", 3).Select(x => (double)x),
        ];
        Assert.True(Distance(found, truth) < 0.5 * Distance(known, truth));
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static double[] Numbers(JsonDocument document, string name) =>
        [.. document.RootElement.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    private static TensorArchive Read(string path)
    {
        using var file = File.OpenRead(path);
        return TensorArchive.Read(file);
    }
}
