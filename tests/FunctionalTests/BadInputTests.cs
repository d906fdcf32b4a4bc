using System.Globalization;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;

namespace KoopmanMesh.FunctionalTests;

/// <summary>
/// Bad input ends in one sentence that names what came, and a documented exit code; the mesh stays up.
/// </summary>
public sealed class BadInputTests(MeshFixture mesh)
{
    private const int Width = 4;
    private const int Rows = 50;

    [Fact]
    public async Task Analyze_MissingModel_NamesTheFile() =>
        await FailsAsync(ExitCodes.BadInput, "there is no file 'nowhere.onnx'", "nowhere.onnx", Data());

    [Fact]
    public async Task Analyze_MissingData_NamesTheFile() =>
        await FailsAsync(ExitCodes.BadInput, "there is no file 'nowhere.npy'", Model(), "nowhere.npy");

    [Theory]
    [InlineData("idx")]
    [InlineData("npy")]
    [InlineData("csv")]
    [InlineData("idx.gz")]
    public async Task Analyze_RandomBytesAsData_NamesTheFile(string format) =>
        await FailsAsync(ExitCodes.BadInput, $"noise.{format}", Model(), mesh.Write($"noise.{format}", Noise(format)));

    [Fact]
    public async Task Analyze_RandomBytesAsModel_NamesTheFile() =>
        await FailsAsync(ExitCodes.BadInput, "noise.onnx", mesh.Write("noise.onnx", Noise("onnx")), Data());

    [Fact]
    public async Task Analyze_TruncatedIdx_NamesBothLengths()
    {
        var data = mesh.Write("short.idx", Samples.Idx([Rows, Width], new byte[Rows * Width])[..60]);

        var error = await FailsAsync(ExitCodes.BadInput, "short.idx", Model(), data);

        Assert.Contains("212 bytes", error, StringComparison.Ordinal);
        Assert.Contains("60 bytes", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_TruncatedModel_IsRefused() => await FailsAsync(
        ExitCodes.BadInput, "cut.onnx", mesh.Write("cut.onnx", File.ReadAllBytes(Model())[..100]), Data());

    [Fact]
    public async Task Analyze_SeveralInputs_AreUnsupportedAndNamed() => await FailsAsync(
        ExitCodes.Unsupported, "inputs", SharedData.Network("marabou/concat/concat_axis_0.onnx"), Data());

    [Fact]
    public async Task Analyze_RowsOfAnotherShape_NamesBothShapes()
    {
        var data = mesh.Write("wide.npy", Samples.Npy(Samples.Normal(Rows * 7, 1), 7));

        var error = await FailsAsync(ExitCodes.BadInput, "wide.npy", Model(), data);

        Assert.Contains("7", error, StringComparison.Ordinal);
        Assert.Contains("4", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_FewerLabelsThanRows_NamesBothCounts()
    {
        var labels = mesh.Write("few.idx", Samples.Idx([Rows - 1], new byte[Rows - 1]));

        var error = await FailsAsync(ExitCodes.BadInput, "49", Model(), Data(), "--labels", labels);

        Assert.Contains("50", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_LabelOutOfRange_NamesIt()
    {
        var classes = new byte[Rows];
        classes[7] = 9;

        var error = await FailsAsync(
            ExitCodes.BadInput, "label 9 in row 7", Model(), Data(),
            "--labels", mesh.Write("high.idx", Samples.Idx([Rows], classes)));

        Assert.Contains("0 to 2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_NaNInTheData_IsRefused()
    {
        var values = Samples.Normal(Rows * Width, 1);
        values[30] = float.NaN;

        await FailsAsync(ExitCodes.BadInput, "nan.npy", Model(), mesh.Write("nan.npy", Samples.Npy(values, Width)));
    }

    [Fact]
    public async Task Analyze_EmptyDataSet_IsRefused() =>
        await FailsAsync(ExitCodes.BadInput, "empty.npy", Model(), mesh.Write("empty.npy", Samples.Npy([], Width)));

    [Fact]
    public async Task Analyze_EmptyFile_IsRefused() =>
        await FailsAsync(ExitCodes.BadInput, "empty.csv", Model(), mesh.Write("empty.csv", []));

    [Fact]
    public async Task Analyze_ActivationsBeyondFloat_FailsTheAnalysis()
    {
        var network = Samples.Network(Samples.Scaled(Width, 1e38), Samples.Scaled(Width, 1e38));

        await FailsAsync(ExitCodes.AnalysisFailed, "finite", mesh.Write("huge.onnx", network), Data());
    }

    [Fact]
    public async Task Analyze_ScaleThatIsNoNumber_IsAUsageError() =>
        await FailsAsync(ExitCodes.Usage, "--scale got 'foo'; expected a number", Model(), Data(), "--scale", "foo");

    [Theory]
    [InlineData("bootstraps: 5")]
    [InlineData("{\"bootstrops\": 5}")]
    public async Task Analyze_ConfigThatIsNoOptions_SaysWhatWasExpected(string text)
    {
        var config = mesh.Write("bad.json", System.Text.Encoding.UTF8.GetBytes(text));

        var error = await FailsAsync(ExitCodes.BadInput, "bad.json", Model(), Data(), "--config", config);

        Assert.Contains("is not a JSON object of analysis options", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_OptionOutOfRange_NamesItAndTheRange()
    {
        var config = mesh.Write("range.json", "{\"blocks\": 5000}"u8.ToArray());

        await FailsAsync(ExitCodes.BadInput, "blocks is 5000, expected 2 to 1000", Model(), Data(), "--config", config);
    }

    [Fact]
    public async Task Analyze_OutputThatIsAFile_LeavesNothingBehind()
    {
        var file = mesh.Write("taken", [1]);
        var folder = Path.Combine(file, "report");

        await FailsAsync(ExitCodes.Environment, "--output", Model(), Data(), "--audit-rows", "0", "--output", folder);

        Assert.Equal([file], Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public async Task Analyze_NobodyAtTheEndpoint_SaysSo()
    {
        var result = await CommandLine.RunAsync(
            "analyze", Model(), "--data", Data(), "--endpoint", "http://127.0.0.1:1");

        Assert.Equal(ExitCodes.Unreachable, result.ExitCode);
        OneSentence(result, "the mesh does not answer");
    }

    [Fact]
    public async Task Serve_BusyPort_NamesIt()
    {
        var port = mesh.Address.Port.ToString(CultureInfo.InvariantCulture);

        var result = await CommandLine.RunAsync("serve", "--port", port, "--data-dir", mesh.NewPath("state"));

        Assert.Equal(ExitCodes.Environment, result.ExitCode);
        OneSentence(result, $"port {port} on 127.0.0.1 is in use");
    }

    [Fact]
    public async Task Components_GoodModelAfterBadOnes_StillAnswers()
    {
        await FailsAsync(ExitCodes.BadInput, "noise.onnx", mesh.Write("noise.onnx", Noise("onnx")), Data());

        var result = await CommandLine.RunAsync("components", Model(), "--endpoint", mesh.Address.ToString());

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
    }

    private async Task<string> FailsAsync(int exitCode, string naming, string model, string data, params string[] more)
    {
        var result = await CommandLine.RunAsync(
            ["analyze", model, "--data", data, "--json", "--endpoint", mesh.Address.ToString(), .. more]);

        Assert.True(exitCode == result.ExitCode, $"{result.ExitCode}, not {exitCode}: {result.Error}");
        OneSentence(result, naming);
        return result.Error;
    }

    /// <summary>A usage error adds a line that points to the help.</summary>
    private static void OneSentence(CommandResult result, string naming)
    {
        var lines = result.Error.TrimEnd().Split('\n');
        Assert.Equal(result.ExitCode == ExitCodes.Usage ? 2 : 1, lines.Length);
        Assert.StartsWith("koopmesh: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(naming, lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private string Model() => mesh.Write("small.onnx", Samples.Network(
        Samples.Dense(5, Width, 1, DenseActivation.Tanh), Samples.Dense(3, 5, 2)));

    private string Data() => mesh.Write("small.npy", Samples.Npy(Samples.Normal(Rows * Width, 3), Width));

    /// <summary>Random bytes, behind the format's own magic where it has one.</summary>
    private static byte[] Noise(string format)
    {
        var bytes = new byte[400];
        new Random(format.Length).NextBytes(bytes);
        byte[] magic = format switch
        {
            "idx" => [0, 0, 8, 2],
            "npy" => [0x93, .. "NUMPY"u8, 1, 0],
            "idx.gz" => [0x1f, 0x8b, 8, 0],
            _ => [],
        };
        return [.. magic, .. bytes];
    }
}
