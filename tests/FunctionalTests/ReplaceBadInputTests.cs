using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;

namespace KoopmanMesh.FunctionalTests;

/// <summary>What <c>koopmesh replace</c> refuses: one sentence, a documented exit code, and no file.</summary>
public sealed class ReplaceBadInputTests(MeshFixture mesh)
{
    private const int Width = 4;
    private const int Rows = 1_200;

    [Theory]
    [InlineData(
        "there is no component 'dense_9'; the network has dense_1, dense_2, dense_3", "--component", "dense_9")]
    [InlineData(
        "the regions 'dense_1..dense_2' and 'dense_2..dense_3' overlap; a component can be replaced once",
        "--component", "dense_1..dense_2", "dense_2..dense_3")]
    [InlineData(
        "the region 'dense_3..dense_2' runs backwards: 'dense_2' comes before 'dense_3'", "--component",
        "dense_3..dense_2")]
    [InlineData(
        "the lift 'rff:8' can't be written in the verifier profile, whose lifts are affine, relu, abs, delay", "--lift",
        "rff:8", "--profile", "verifier")]
    [InlineData(
        "alpha 0.001 needs at least 999 calibration rows, got ", "--alpha", "0.001")]
    [InlineData(
        "fitFraction, selectFraction and calibrateFraction sum to 1.2, expected less than 1", "--fit-fraction", "0.9")]
    [InlineData("the box is around row 1200, and 'small.npy' has rows 0 to 1199", "--box", "row:1200:0.1")]
    public async Task Replace_WhatTheServicesRefuse_IsBadInput(string naming, params string[] more) =>
        await FailsAsync(ExitCodes.BadInput, naming, Model(), Data(), more);

    [Fact]
    public async Task Replace_LiftThatIsNone_NamesItAndThoseThereAre() => await FailsAsync(
        ExitCodes.BadInput, "\"nonsense\" in the lift \"nonsense\" is not known; known are affine, relu,", Model(), Data(),
        "--lift", "nonsense");

    [Fact]
    public async Task Replace_BoxThatMissesAnInput_NamesBothCounts()
    {
        var box = mesh.Write("box.csv", "0,0,0\n1,1,1\n"u8.ToArray());

        await FailsAsync(
            ExitCodes.BadInput, "the box has 3 bounds, 'small.onnx' takes 4 features", Model(), Data(), "--box", box);
    }

    [Fact]
    public async Task Replace_LabelsThatDoNotMatch_NamesBothCounts()
    {
        var labels = mesh.Write("few.idx", Samples.Idx([Rows - 1], new byte[Rows - 1]));

        var error = await FailsAsync(ExitCodes.BadInput, "1199", Model(), Data(), "--labels", labels);

        Assert.Contains("1200", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rank got '0'; expected full or a whole number of at least 1", "--rank", "0")]
    [InlineData("--rank got '-2'; expected full or a whole number of at least 1", "--rank=-2")]
    [InlineData("--budget got 'cheap'; expected accuracy=LOSS", "--budget", "cheap")]
    [InlineData("--box got 'nowhere'; expected LOW..HIGH", "--box", "nowhere")]
    [InlineData("--auto and --component were both given; expected one of them", "--auto", "--component", "dense_1")]
    public async Task Replace_WhatIsNoArgument_IsAUsageError(string naming, params string[] more) =>
        await FailsAsync(ExitCodes.Usage, naming, Model(), Data(), more);

    [Fact]
    public async Task Replace_OutputThatIsTheInput_IsRefusedAndUntouched()
    {
        var model = Model();
        var before = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);

        var result = await CommandLine.RunAsync("replace", model, "--data", Data(), "--output", model);

        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Equal($"koopmesh: '{model}' is also what is read; name another file with --output\n", result.Error);
        Assert.Equal(before, await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Replace_OutputWithoutAFolder_IsToldBeforeAnythingRuns()
    {
        var hybrid = Path.Combine(mesh.NewPath("missing"), "h.onnx");

        var result = await CommandLine.RunAsync("replace", "nowhere.onnx", "--data", "nowhere.npy", "--output", hybrid);

        Assert.Equal(ExitCodes.Environment, result.ExitCode);
        Assert.Equal(
            $"koopmesh: '{hybrid}' can't be written: there is no such folder; name another file with --output\n",
            result.Error);
    }

    [Fact]
    public async Task Replace_MissingModel_NamesTheFile() => await FailsAsync(
        ExitCodes.BadInput, "there is no file 'nowhere.onnx'", "nowhere.onnx", Data());

    [Fact]
    public async Task Replace_SeveralInputs_AreUnsupported() => await FailsAsync(
        ExitCodes.Unsupported, "inputs", SharedData.Network("marabou/concat/concat_axis_0.onnx"), Data());

    private async Task<string> FailsAsync(int exitCode, string naming, string model, string data, params string[] more)
    {
        var hybrid = mesh.NewPath("h.onnx");

        var result = await CommandLine.RunAsync(
        [
            "replace", model, "--data", data, "--output", hybrid, "--json", "--endpoint", mesh.Address.ToString(),
            .. more,
        ]);

        Assert.True(exitCode == result.ExitCode, $"{result.ExitCode}, not {exitCode}: {result.Error}");
        var lines = result.Error.TrimEnd().Split('\n');
        Assert.Equal(exitCode == ExitCodes.Usage ? 2 : 1, lines.Length);
        Assert.StartsWith($"koopmesh: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(naming, lines[0], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(hybrid)!));
        return result.Error;
    }

    private string Model() => mesh.Write("small.onnx", Samples.Network(
        Samples.Dense(6, Width, 1, DenseActivation.Relu), Samples.Dense(5, 6, 2, DenseActivation.Relu),
        Samples.Dense(3, 5, 3)));

    private string Data() => mesh.Write("small.npy", Samples.Npy(Samples.Normal(Rows * Width, 3), Width));
}
