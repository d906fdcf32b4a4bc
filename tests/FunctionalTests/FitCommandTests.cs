using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.FunctionalTests;

/// <summary><c>koopmesh fit</c> finds planted eigenvalues in whatever file they come.</summary>
public sealed class FitCommandTests(MeshFixture mesh, TrajectoryFiles files) : IClassFixture<TrajectoryFiles>
{
    // Descending |lambda|: 0.98 exp(+-0.3 i), 0.8.
    private static readonly (double Re, double Im)[] _planted =
        [(0.98 * Math.Cos(0.3), 0.98 * Math.Sin(0.3)), (0.98 * Math.Cos(0.3), -0.98 * Math.Sin(0.3)), (0.8, 0)];

    public static TheoryData<string, string, string, string> Files()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var axis in new[] { "columns", "rows" })
        {
            foreach (var type in new[] { "f4", "f8" })
            {
                foreach (var ending in new[] { ".npy", ".npz", "-z.npz:x", ".safetensors" })
                {
                    data.Add(axis, "C", type, ending);
                    data.Add(axis, "F", type, ending);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Fit_AnyFile_FindsThePlantedEigenvalues(string axis, string order, string type, string ending)
    {
        var root = await JsonAsync(files[$"{axis}-{order}-{type}{ending}"], "--snapshots", axis);

        AssertEigenvalues(root, type == "f8" ? 1e-10 : 1e-4);
    }

    [Fact]
    public async Task Fit_Pairs_FindsThePlantedEigenvalues() =>
        AssertEigenvalues(await JsonAsync(files["x.npy"], files["y.npy"]), 1e-10);

    [Fact]
    public async Task Fit_ManyTrajectories_MakesNoPairAcrossThem()
    {
        var root = await JsonAsync(files["three.npy"]);

        AssertEigenvalues(root, 1e-10);
        var seen = root.GetProperty("report").GetProperty("data");
        Assert.Equal(("40", "38", "2"), (
            seen.GetProperty("rows").GetString(), seen.GetProperty("pairs").GetString(),
            seen.GetProperty("trajectories").GetString()));
    }

    [Fact]
    public async Task Fit_OneSensorWithDelays_FindsTheFrequency()
    {
        var root = await JsonAsync(files["wave.npy"], "--delays", "2", "--dt", "0.1");

        var pair = root.GetProperty("report").GetProperty("eigenpairs")[0].GetProperty("continuous");
        Assert.Equal(0, pair.GetProperty("re").GetDouble(), 1e-8);
        Assert.Equal(3, pair.GetProperty("im").GetDouble(), 1e-8);
    }

    [Theory]
    [InlineData("u.npy")]
    [InlineData("u-full.npy")]
    public async Task Fit_Inputs_AreToldFromTheDynamics(string inputs) => AssertEigenvalues(
        await JsonAsync(files["driven.npy"], "--method", "control", "--inputs", files[inputs]), 1e-9);

    [Fact]
    public async Task Fit_UnevenTimes_FindsTheDecayRates()
    {
        var root = await JsonAsync(
            files["uneven.npy"], "--method", "optimized", "--times", files["uneven-times.npy"], "--rank", "2");

        var rates = root.GetProperty("report").GetProperty("eigenpairs").EnumerateArray()
            .Select(pair => pair.GetProperty("continuous").GetProperty("re").GetDouble()).ToArray();
        Assert.Equal(2, rates.Length);
        Assert.Equal(-0.3, rates[0], 1e-6);
        Assert.Equal(-1.5, rates[1], 1e-6);
    }

    [Fact]
    public async Task Fit_Json_HasTheDocumentedKeys()
    {
        var root = await JsonAsync(files["columns-C-f8.npy"], "--bootstrap", "10", "--seed", "3");

        Assert.Equal(
            ["operatorId", "operatorBytes", "summaryId", "report"], root.EnumerateObject().Select(field => field.Name));
        var report = root.GetProperty("report");
        var pair = report.GetProperty("eigenpairs")[0];
        Assert.Equal(
            [
                "value", "continuous", "residual", "importance", "reInterval", "imInterval", "reDeviation", "imDeviation",
                "dataResidual",
            ],
            pair.EnumerateObject().Select(field => field.Name));
        Assert.Equal(["re", "im"], pair.GetProperty("value").EnumerateObject().Select(field => field.Name));
        Assert.Equal(10, report.GetProperty("replicates").GetProperty("used").GetInt32());
        var quality = report.GetProperty("quality");
        Assert.Equal(3, quality.GetProperty("rank").GetProperty("rank").GetInt32());
        Assert.True(quality.GetProperty("holdOutError").GetDouble() < 1e-10);
        Assert.InRange(quality.GetProperty("persistenceError").GetDouble(), 0.1, 1);
    }

    [Fact]
    public async Task Fit_Cancelled_LeavesNoHalfFile()
    {
        var folder = Path.GetDirectoryName(mesh.NewPath("x"))!;
        var settings = new FitSettings
        {
            States = files["columns-C-f8.npy"],
            Options = new FitOptions(),
            Output = Path.Combine(folder, "op.safetensors"),
            Json = true,
            Endpoint = new MeshEndpoint(mesh.Address),
        };

        await Assert.ThrowsAnyAsync<Exception>(
            () => FitCommand.RunAsync(settings, new CancellationToken(canceled: true)));

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("nowhere.npy", "there is no file '{0}'")]
    [InlineData("folder", "'{0}' is a directory; expected an NPY, NPZ or safetensors file")]
    [InlineData("empty.npy", "'{0}' is empty; expected an NPY, NPZ or safetensors file")]
    [InlineData("none.npy", "'{0}' has the shape 3 x 0; every axis must be at least 1 long")]
    [InlineData("short.npy", "'{0}' promises 3 x 60 numbers of type float64, 1440 bytes, but ends after 1340 of them")]
    [InlineData("complex.npy", "'{0}' is complex where real is meant")]
    [InlineData("two.npz", "'{0}' holds several arrays; choose one as {0}:NAME from a, b")]
    [InlineData("nan.npy", "'{0}' holds NaN at feature 1, snapshot 7 (counted from 0)")]
    [InlineData("infinite.npy", "'{0}' holds infinity at feature 1, snapshot 7 (counted from 0)")]
    [InlineData(
        "single.npy",
        "'{0}' is 3 features x 1 snapshot; a trajectory has at least 2: if time runs along the other axis, "
        + "say --snapshots rows")]
    public async Task Fit_BadFile_SaysWhatCame(string name, string message) => await FailsAsync(
        ExitCodes.BadInput, message.Replace("{0}", files[name], StringComparison.Ordinal), files[name]);

    [Fact]
    public async Task Fit_RaggedPairs_NamesBothShapes() => await FailsAsync(
        ExitCodes.BadInput,
        $"'{files["x.npy"]}' is 3 features x 59 snapshots and '{files["columns-C-f8.npy"]}' is 3 features x 60 "
        + "snapshots; pairs have equal shapes",
        files["x.npy"], files["columns-C-f8.npy"]);

    [Fact]
    public async Task Fit_InputsOfAnotherLength_NamesBothShapes() => await FailsAsync(
        ExitCodes.BadInput,
        $"'{files["wave.npy"]}' is 1 input x 80 snapshots for 3 features x 60 snapshots; "
        + "expected one for every snapshot, or all but the last",
        files["driven.npy"], "--method", "control", "--inputs", files["wave.npy"]);

    [Fact]
    public async Task Fit_ControlWithoutInputs_SaysHowToNameThem() => await FailsAsync(
        ExitCodes.BadInput, "--method control needs the inputs that drove the data; name their file with --inputs",
        files["driven.npy"], "--method", "control");

    [Fact]
    public async Task Fit_InputsWithoutControl_SaysWhichMethodTakesThem() => await FailsAsync(
        ExitCodes.BadInput, "--method dmd takes no inputs; leave --inputs out or take --method control",
        files["driven.npy"], "--inputs", files["u.npy"]);

    [Fact]
    public async Task Fit_TimesOfAnotherLength_NamesBothShapes() => await FailsAsync(
        ExitCodes.BadInput,
        $"'{files["wave.npy"]}' is 1 number x 80 snapshots for 2 features x 60 snapshots; "
        + "expected the times of one trajectory",
        files["uneven.npy"], "--times", files["wave.npy"]);

    [Theory]
    [InlineData("there is no method frob; there are dmd, ", "--method", "frob")]
    [InlineData("the option rank of exact-dmd: the rank rule is \"bar\", expected full, ", "--rank", "bar")]
    [InlineData("the method dmd takes no option gamma; it takes rank, ", "--set", "gamma=1")]
    public async Task Fit_OptionThatIsNone_NamesThoseThereAre(string start, params string[] option)
    {
        var result = await FitAsync([files["x.npy"], .. option]);

        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.StartsWith($"koopmesh: {start}", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--dt got '-1'; expected a number above 0", "--dt", "-1")]
    [InlineData("--hold-out got '1'; expected a fraction of at least 0 and below 1", "--hold-out", "1")]
    [InlineData("--delays got '0'; expected a whole number from 1 to 1024", "--delays", "0")]
    [InlineData("--set got 'x'; expected KEY=VALUE", "--set", "x")]
    public async Task Fit_ValueOutOfRange_IsAUsageError(string message, params string[] option)
    {
        var result = await FitAsync([files["x.npy"], .. option]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.StartsWith($"koopmesh: {message}\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fit_OutputInNoFolder_FailsBeforeStreaming()
    {
        var path = Path.Combine(files["nowhere"], "op.safetensors");

        await FailsAsync(
            ExitCodes.Environment,
            $"'{path}' can't be written: there is no such folder; name another file with --output",
            files["x.npy"], "--output", path);
    }

    [Fact]
    public async Task Fit_OutputOverItsData_IsRefused() => await FailsAsync(
        ExitCodes.BadInput, $"'{files["x.npy"]}' is also what is read; name another file with --output",
        files["x.npy"], "--output", files["x.npy"]);

    private static void AssertEigenvalues(JsonElement root, double tolerance)
    {
        var pairs = root.GetProperty("report").GetProperty("eigenpairs");
        Assert.Equal(_planted.Length, pairs.GetArrayLength());
        for (var i = 0; i < _planted.Length; i++)
        {
            var value = pairs[i].GetProperty("value");
            Assert.Equal(_planted[i].Re, value.GetProperty("re").GetDouble(), tolerance);
            Assert.Equal(_planted[i].Im, value.GetProperty("im").GetDouble(), tolerance);
        }
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var result = await FitAsync([.. arguments, "--json"]);
        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        return JsonSerializer.Deserialize<JsonElement>(result.Output);
    }

    private async Task FailsAsync(int exitCode, string message, params string[] arguments)
    {
        var result = await FitAsync([.. arguments, "--json"]);

        Assert.Equal((exitCode, $"koopmesh: {message}\n", ""), (result.ExitCode, result.Error, result.Output));
    }

    private Task<CommandResult> FitAsync(params string[] arguments) =>
        CommandLine.RunAsync(["fit", .. arguments, "--endpoint", mesh.Address.ToString()]);
}
