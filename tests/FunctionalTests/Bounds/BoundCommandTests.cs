using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Bounds;

/// <summary><c>koopmesh bound</c> on the planted pair.</summary>
public sealed class BoundCommandTests(MeshFixture mesh)
{
    [Theory]
    [InlineData("-1..1")]
    [InlineData("row:1:0.5")]
    [InlineData("row:1:2:-1..1")]
    [InlineData("data")]
    public async Task Bound_AnyBox_HoldsAndTheSearchComesNear(string box)
    {
        var data = mesh.Write("rows.csv", "-1,-1,-1,-1,-1,-1\n0,0,0,0,0,0\n1,1,1,1,1,1\n"u8.ToArray());

        var root = await JsonAsync("--box", box, "--data", data, "--search", "5000");

        // Around 0 by a half: g is between -0.1 and 0.15, whichever way.
        var exact = box == "row:1:0.5" ? (4.5 * 0.15) + (0.25 * 0.1) : PlantedPair.Exact.Max();
        var bound = root.GetProperty("sound").GetProperty("output").GetDouble();
        var found = root.GetProperty("search").GetProperty("largest").GetDouble();
        Assert.InRange(bound, exact, 2 * exact);
        Assert.InRange(found, 0.98 * exact, exact + 1e-6);
        Assert.Equal("0", root.GetProperty("search").GetProperty("violations").GetString());
        Assert.Equal(6, root.GetProperty("search").GetProperty("row").GetArrayLength());
    }

    [Fact]
    public async Task Bound_OnATerminal_SaysBothNumbers()
    {
        var result = await BoundAsync("--box", "-1..1", "--search", "2000", "--region", "input..output");

        Assert.Equal((ExitCodes.Success, true), (result.ExitCode, result.Output.Contains("sound")));
        Assert.Contains("for every input in the box (zonotope", result.Output, StringComparison.Ordinal);
        Assert.Contains("input..output: at most", result.Output, StringComparison.Ordinal);
        Assert.Contains("6 of 6 in the original, 0 of 0 in the hybrid", result.Output, StringComparison.Ordinal);
        Assert.Contains("the largest of 2,000 points", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bound_WithoutSearch_SearchesNothing()
    {
        var root = await JsonAsync("--box", "0..1", "--search", "0");

        Assert.Equal(JsonValueKind.Null, root.GetProperty("search").ValueKind);
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "bound needs a box of inputs: say --box, or --data for the range of a data set")]
    [InlineData(ExitCodes.BadInput, "--box row:1:0.5 is of a data set; name it with --data", "--box", "row:1:0.5")]
    [InlineData(
        ExitCodes.Usage, "--region got 'input'; expected FROM..TO, the names of two tensors", "--box", "0..1",
        "--region", "input")]
    [InlineData(
        ExitCodes.Usage, "--search got '-1'; expected a whole number from 0 to 10000000", "--box", "0..1", "--search",
        "-1")]
    public async Task Bound_WrongArguments_SaysWhatWasExpected(int exitCode, string message, params string[] arguments)
    {
        var result = await BoundAsync([.. arguments, "--json"]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith($"koopmesh: {message}\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bound_DataOfOtherRows_NamesBothShapes()
    {
        var data = mesh.Write("rows.csv", "1,2,3\n4,5,6\n"u8.ToArray());

        var result = await BoundAsync("--data", data, "--json");

        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains("has rows of 3, but ", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("takes 6; expected the same, or a box in a file\n", result.Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var result = await BoundAsync([.. arguments, "--json"]);
        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        return JsonSerializer.Deserialize<JsonElement>(result.Output);
    }

    private Task<CommandResult> BoundAsync(params string[] arguments) => CommandLine.RunAsync(
        [
            "bound", mesh.Write("original.onnx", PlantedPair.Original()),
            mesh.Write("hybrid.onnx", PlantedPair.Hybrid()), .. arguments, "--endpoint", mesh.Address.ToString(),
        ]);
}
