using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests;

/// <summary><c>koopmesh predict</c> goes where the planted operator goes.</summary>
public sealed class PredictCommandTests(MeshFixture mesh, TrajectoryFiles files) : IClassFixture<TrajectoryFiles>
{
    [Theory]
    [InlineData("x0.npy", "columns")]
    [InlineData("history.npy", "columns")]
    [InlineData("history-rows.npy", "rows")]
    public async Task Predict_FittedOperator_IsTheClosedForm(string from, string axis)
    {
        var (op, output) = (await FitAsync(files["columns-C-f8.npy"]), mesh.NewPath("out.npy"));

        var result = await RunAsync(
            "predict", op, "--from", files[from], "--steps", "49", "--output", output, "--snapshots", axis, "--json");

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        var summary = JsonSerializer.Deserialize<JsonElement>(result.Output);
        Assert.Equal(
            ["output", "steps", "width", "snapshots", "shape"], summary.EnumerateObject().Select(field => field.Name));
        AssertClose(output, $"b = np.load(r'{files["future.npy"]}'){(axis == "rows" ? ".T" : "")}", 1e-12);
    }

    [Fact]
    public async Task Predict_Delays_StartsFromTheHistory()
    {
        var (op, output) = (await FitAsync(files["columns-C-f8.npy"], "--delays", "3"), mesh.NewPath("out.npy"));

        var result = await RunAsync("predict", op, "--from", files["history.npy"], "--steps", "49", "--output", output);

        Assert.True(result.ExitCode == ExitCodes.Success, result.Error);
        AssertClose(output, $"b = np.load(r'{files["future.npy"]}')", 1e-10);
    }

    [Fact]
    public async Task Predict_Inputs_DriveTheState()
    {
        var op = await FitAsync(files["driven.npy"], "--method", "control", "--inputs", files["u.npy"]);
        var (start, output) = (mesh.NewPath("x0.npy"), mesh.NewPath("out.npy"));
        TrajectoryFiles.Python(
            "-c", "import sys, numpy as np; np.save(sys.argv[2], np.load(sys.argv[1])[:, 0])",
            files["driven.npy"], start);

        var result = await RunAsync(
            "predict", op, "--from", start, "--steps", "59", "--inputs", files["u.npy"], "--output", output);

        Assert.True(result.ExitCode == ExitCodes.Success, result.Error);
        AssertClose(output, $"b = np.load(r'{files["driven.npy"]}')[:, 1:]", 1e-9);
    }

    [Fact]
    public async Task Predict_ShortHistory_NamesBothLengths() => await FailsAsync(
        ExitCodes.BadInput, "the history was expected to be 3 x 4 or longer, got 3 x 3",
        await FitAsync(files["columns-C-f8.npy"], "--delays", "4"), files["history.npy"]);

    [Fact]
    public async Task Predict_StateOfAnotherWidth_NamesBothWidths() => await FailsAsync(
        ExitCodes.BadInput, $"'{files["wave.npy"]}' is a state of 80 features; the operator's have 3",
        await FitAsync(files["columns-C-f8.npy"]), files["wave.npy"]);

    [Fact]
    public async Task Predict_HistoryOnTheOtherAxis_SaysWhatItIs() => await FailsAsync(
        ExitCodes.BadInput,
        $"'{files["uneven.npy"]}' is 2 features x 60 snapshots; the operator starts from one history of 3 features",
        await FitAsync(files["columns-C-f8.npy"]), files["uneven.npy"]);

    [Fact]
    public async Task Predict_FileThatIsNoOperator_SaysWhatWritesOne() => await FailsAsync(
        ExitCodes.BadInput,
        $"'{files["x.npy"]}' is not an operator file, or one of rank 0, which predicts zeros; "
        + "koopmesh fit --output writes one",
        files["x.npy"], files["x0.npy"]);

    [Fact]
    public async Task Predict_MissingOperator_NamesIt() => await FailsAsync(
        ExitCodes.BadInput, $"there is no file '{files["nowhere"]}'", files["nowhere"], files["x0.npy"]);

    [Fact]
    public async Task Predict_NaNInTheState_IsRefused() => await FailsAsync(
        ExitCodes.BadInput, $"'{files["nan.npy"]}' holds NaN at feature 1, snapshot 7 (counted from 0)",
        await FitAsync(files["columns-C-f8.npy"]), files["nan.npy"]);

    [Fact]
    public async Task Predict_TooManySteps_IsAUsageError()
    {
        var result = await RunAsync("predict", "op", "--from", "x", "--output", "y", "--steps", "99999999999");

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.StartsWith(
            "koopmesh: --steps got '99999999999'; expected a whole number from 1 to 16777216\n", result.Error,
            StringComparison.Ordinal);
    }

    private static void AssertClose(string output, string load, double tolerance) => TrajectoryFiles.Python(
        "-c",
        $"import sys, numpy as np; a = np.load(sys.argv[1]); {load}; "
        + "assert a.dtype == np.float64 and a.shape == b.shape, (a.shape, b.shape); "
        + "assert np.abs(a - b).max() < float(sys.argv[2]), np.abs(a - b).max()",
        output, tolerance.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private async Task<string> FitAsync(params string[] arguments)
    {
        var path = mesh.NewPath("op.safetensors");
        var result = await RunAsync(["fit", .. arguments, "--output", path]);
        Assert.True(result.ExitCode == ExitCodes.Success, result.Error);
        return path;
    }

    // No half of an output is left where a prediction fails.
    private async Task FailsAsync(int exitCode, string message, string op, string from)
    {
        var output = mesh.NewPath("out.npy");

        var result = await RunAsync("predict", op, "--from", from, "--steps", "5", "--output", output, "--json");

        Assert.Equal((exitCode, $"koopmesh: {message}\n", ""), (result.ExitCode, result.Error, result.Output));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(output)!));
    }

    private Task<CommandResult> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync([.. arguments, "--endpoint", mesh.Address.ToString()]);
}
