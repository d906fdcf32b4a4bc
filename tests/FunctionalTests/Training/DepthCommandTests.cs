using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary><c>koopmesh depth</c> counts the steps of a known flow: T30 of methods.md.</summary>
public sealed class DepthCommandTests(MeshFixture mesh, CommandRuns runs) : IClassFixture<CommandRuns>
{
    [Theory]
    [InlineData("pairs.npz")]
    [InlineData("pairs.npy")]
    [InlineData("inputs.npy", "outputs.npy")]
    public async Task Depth_PairsOfAKnownFlow_IsItsLogarithmOverDelta(params string[] names)
    {
        var advice = await JsonAsync(["--data", .. names.Select(name => runs[name])]);

        Assert.Equal(4, advice.GetProperty("layers").GetInt32());
        Assert.Equal(Math.Exp(-1.2), advice.GetProperty("modes")[0].GetProperty("real").GetDouble(), 1e-8);
        Assert.Equal("200", advice.GetProperty("rows").GetString());
        Assert.Equal(1, advice.GetProperty("explained").GetDouble(), 1e-8);
    }

    [Fact]
    public async Task Depth_SmallerDelta_IsDeeper() => Assert.Equal(
        12, (await JsonAsync("--data", runs["pairs.npz"], "--delta", "0.1")).GetProperty("layers").GetInt32());

    [Fact]
    public async Task Depth_ANetworkAndItsRows_IsOfWhatTheNetworkDoes()
    {
        var weights = new Matrix(4, 4);
        for (var i = 0; i < 4; i++)
        {
            weights[i, i] = Math.Exp(-0.3 * (i + 1));
        }

        var network = mesh.Write(
            "flow.onnx", Samples.Network(new DenseLayer(weights, new double[4], DenseActivation.None)));

        var advice = await JsonAsync("--model", network, "--data", runs["rows.npy"]);

        Assert.Equal(Math.Exp(-1.2), advice.GetProperty("modes")[0].GetProperty("real").GetDouble(), 1e-5);
    }

    [Fact]
    public async Task Depth_ForPeople_BeginsWithTheAdvice()
    {
        var text = await CommandRuns.TextAsync(mesh, "depth", "--data", runs["pairs.npz"]);

        Assert.StartsWith("4 layers, ", text, StringComparison.Ordinal);
        Assert.Contains("200 rows of ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Depth_AsManyInputsAsOutputs_OrBothShapesAreNamed() => await CommandRuns.FailsAsync(
        mesh, ExitCodes.BadInput,
        $"'{runs["inputs.npy"]}' is 200 x 2 and '{runs["few-outputs.npy"]}' is 7 x 2; pairs have as many inputs as "
        + "outputs",
        "depth", "--data", runs["inputs.npy"], runs["few-outputs.npy"]);

    [Fact]
    public async Task Depth_OneFileOfRows_SaysWhatPairsAre() => await CommandRuns.FailsAsync(
        mesh, ExitCodes.BadInput,
        $"'{runs["inputs.npy"]}' holds no pairs; expected arrays named inputs and outputs, one array of rows x 2 x "
        + "width, or two files of rows",
        "depth", "--data", runs["inputs.npy"]);

    [Theory]
    [InlineData("--data names one file with --model", "--model", "m.onnx", "--data", "a", "b")]
    [InlineData("--data names at most two files", "--data", "a", "b", "c")]
    [InlineData("--delta got '0'; expected a number above 0", "--data", "a", "--delta", "0")]
    [InlineData("Option '--data' is required.")]
    public async Task Depth_ValueOutOfRange_IsAUsageError(string message, params string[] option)
    {
        var result = await CommandLine.RunAsync(["depth", .. option]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.StartsWith($"koopmesh: {message}\n", result.Error, StringComparison.Ordinal);
    }

    private Task<JsonElement> JsonAsync(params string[] arguments) =>
        CommandRuns.JsonAsync(mesh, ["depth", .. arguments]);
}
