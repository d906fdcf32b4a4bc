using System.Diagnostics;
using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Operators;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests;

/// <summary>
/// A hand-off over real gRPC, of two networks whose difference is known: x_0 + x_1 and x_0 + 1.5 x_1, so -x_1 / 2.
/// </summary>
public sealed class HandOffTests(MeshFixture mesh)
{
    private const double Epsilon = 0.4;

    private static readonly InputBox Unit = new() { Uniform = new UniformBox { Lower = 0, Upper = 1 } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BuildHandOff_OfPlantedNetworks_IsWhatAVerifierReads()
    {
        var folder = await HandOffAsync(Original(), Hybrid());

        Assert.Equal("onnx/difference.onnx,vnnlib/difference.vnnlib,300\n", Read(folder, "instances.csv"));
        var checkedFiles = await PythonAsync(
            "check_onnx.py",
            [.. new[] { "original", "hybrid", "difference" }.Select(name => Path.Combine(folder, $"{name}.onnx"))]);
        Assert.Equal(["Gemm", "Gemm", "Gemm", "Gemm", "MatMul", "Add"], Operators(checkedFiles[2]));
        float[][] rows = [[0, 0.25f], [0.5f, 1], [1, 0]];
        Assert.Equal([-0.125, -0.5, 0], (await NodeAsync(folder, "difference.onnx", rows[..1], rows[1..2], rows[2..]))
            .Select(value => Math.Round(value, 6)));
        var points = Path.Combine(folder, "points.json");
        await File.WriteAllTextAsync(
            points, """[{"x":[0,0.9],"y":[-0.45]},{"x":[0,0.5],"y":[-0.25]},{"x":[0,1.1],"y":[-0.55]}]""", Token);
        var property = await PythonAsync(
            "read_vnnlib.py", Path.Combine(folder, "difference.vnnlib"), points);
        Assert.Equal([0, 1, 0, 1], property.GetProperty("box").EnumerateArray()
            .SelectMany(bounds => bounds.EnumerateArray()).Select(bound => bound.GetDouble()));
        Assert.Equal([true, false, false], property.GetProperty("answers").EnumerateArray()
            .Select(answer => answer.GetBoolean()));
    }

    [Fact]
    public async Task BuildHandOff_OfARealNetwork_EqualsTheDifferenceInAnotherRuntime()
    {
        var model = SharedData.Network("marabou/mnist2x10.onnx");
        var folder = await HandOffAsync(model, model, request =>
        {
            request.Box = new InputBox { Around = new BallBox { Row = 3, Radius = 0.05, Highest = 1 } };
        }, SharedData.TestImages);
        var rows = Enumerable.Range(0, 3).Select(seed => new[] { Samples.Normal(784, seed) }).ToArray();

        Assert.All(await NodeAsync(folder, "difference.onnx", rows), value => Assert.Equal(0, value));
        Assert.Equal(
            await File.ReadAllBytesAsync(model, Token),
            await File.ReadAllBytesAsync(Path.Combine(folder, "original.onnx"), Token));
        var property = await File.ReadAllLinesAsync(Path.Combine(folder, "difference.vnnlib"), Token);
        Assert.Equal(784 * 2, property.Count(line => line.StartsWith("(assert (", StringComparison.Ordinal)
            && line.Contains(" X_", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("sat\n((X_0 0)\n(X_1 0.9)\n(Y_0 -0.45))", "holds strictly", true, 0, 0)]
    [InlineData("((X_0 0.5) (X_1 1) (Y_0 -0.5))", "holds strictly", true, 0, 0)]
    [InlineData("((X_0 0) (X_1 1.00005))", "holds within tolerance", true, 5e-5, 0)]
    [InlineData("((X_0 0) (X_1 1.1) (Y_0 -0.55))", "input outside the box", false, 0.1, 0)]
    [InlineData("((X_0 0.5) (X_1 0.5) (Y_0 -0.45))", "outputs satisfy the property", false, 0, 0.2)]
    public async Task ReplayCounterexample_Planted_IsJudgedByTheRules(
        string text, string verdict, bool counts, double violation, double outputDifference)
    {
        var folder = await HandOffAsync(Original(), Hybrid());

        var response = await ReplayAsync(Read(folder, "difference.vnnlib"), text);

        Assert.Equal(verdict, response.Verdict);
        Assert.Equal(counts, response.Counts);
        Assert.Equal(violation, response.InputViolation, 1e-6);
        Assert.Equal(outputDifference, response.OutputDifference, 1e-6);
        Assert.Equal(response.Difference, response.HybridOutputs[0] - response.OriginalOutputs[0]);
    }

    [Fact]
    public async Task BuildHandOff_WhatCannotBe_SaysWhy()
    {
        await RefusedAsync(r => r.Epsilon = 0, "EPSILON_INVALID", "epsilon is 0, expected a number above 0");
        await RefusedAsync(r => r.Original = null, "MODEL_MISSING", "the request names no original");
        await RefusedAsync(r => r.Hybrid = null, "MODEL_MISSING", "the request names no hybrid");
        await RefusedAsync(
            r => r.TimeoutSeconds = -1, "TIMEOUT_INVALID",
            "the timeout is -1 seconds, expected 1 to 604800, or 0 for 300");
        await RefusedAsync(
            r => r.Box = null, "BOX_DATA_MISSING", "the box is of the data, and the request names no data");
        await RefusedAsync(
            r => r.Box = new InputBox { Bounds = new BoundsBox { Lower = { 0 }, Upper = { 1 } } }, "BOX_INVALID",
            "the box has 1 bounds, 'f.onnx' takes 2 features");
        await RefusedAsync(
            r => r.Epsilon = 1e-60, "VERIFICATION_FORMAT",
            "epsilon is 1E-60, expected a number above 0 that float32 holds");
        var wide = await UploadAsync(mesh.Write("wide.onnx", Samples.Network(Samples.Scaled(3, 1))));
        await RefusedAsync(
            r => r.Hybrid = wide, "SURGERY_REFUSED",
            "'f.onnx' takes rows of 1 x 2 and 'wide.onnx' rows of 1 x 3; a difference needs the same.");
        var two = await UploadAsync(mesh.Write("two.onnx", Samples.Network(Samples.Scaled(2, 1))));
        await RefusedAsync(
            r => r.Hybrid = two, "SURGERY_REFUSED",
            "'f.onnx' has 1 outputs and 'two.onnx' 2; a difference needs as many.");
    }

    [Fact]
    public async Task ReplayCounterexample_WhatCannotBeRead_SaysWhere()
    {
        var property = Read(await HandOffAsync(Original(), Hybrid()), "difference.vnnlib");

        await RefusedReplayAsync(
            property, "unsat", "VERIFICATION_FORMAT", "line 1, column 1: got 'unsat', expected '('");
        await RefusedReplayAsync(
            property, "((X_0 1))", "COUNTEREXAMPLE_MISMATCH",
            "the counterexample has 1 inputs and 0 outputs, the property 2 and 1");
        await RefusedReplayAsync(
            "(assert)", "((X_0 1))", "VERIFICATION_FORMAT", "line 1, column 8: got ')', expected '('");
        await RefusedReplayAsync(
            property.Replace("(declare-const Y_0 Real)", "(declare-const Y_0 Real)(declare-const Y_1 Real)",
                StringComparison.Ordinal),
            "((X_0 1) (X_1 1))", "PROPERTY_MISMATCH",
            "the property is of 2 inputs and 2 outputs, 'f.onnx' has 2 and 1");
    }

    [Fact]
    public async Task Commands_HandOffAndReplay_EndToEnd()
    {
        var (folder, answer) = (mesh.NewPath("handoff"), mesh.Write("answer.txt", "((X_0 0) (X_1 1))"u8.ToArray()));

        var written = await CommandLine.RunAsync(
            "handoff", Original(), Hybrid(), "--box", "0..1", "--epsilon", "0.4", "--output", folder, "--endpoint",
            mesh.Address.ToString());
        var replayed = await CommandLine.RunAsync(
            "handoff-replay", folder, answer, "--json", "--endpoint", mesh.Address.ToString());

        Assert.Equal("", written.Error);
        Assert.Equal(0, written.ExitCode);
        Assert.Equal(
            [
                "instances.csv", "onnx/difference.onnx", "onnx/hybrid.onnx", "onnx/original.onnx",
                "vnnlib/difference.vnnlib",
            ],
            Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal));
        Assert.Equal(0, replayed.ExitCode);
        using var answered = JsonDocument.Parse(replayed.Output);
        Assert.Equal("holds strictly", answered.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(0.5, answered.RootElement.GetProperty("difference").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task Commands_BadInput_EndsInOneSentence()
    {
        var (folder, answer) = (mesh.NewPath("handoff"), mesh.Write("answer.txt", "timeout"u8.ToArray()));

        await FailsAsync(3, "there is no file 'nowhere.onnx'", "handoff", "nowhere.onnx", Hybrid(), "--box", "0..1",
            "--epsilon", "1", "--output", folder);
        await FailsAsync(2, "--epsilon got '0'; expected a number above 0", "handoff", Original(), Hybrid(), "--box",
            "0..1", "--epsilon", "0", "--output", folder);
        await FailsAsync(2, "handoff needs a box of inputs: say --box, or --data for the range of a data set",
            "handoff", Original(), Hybrid(), "--epsilon", "1", "--output", folder);
        await FailsAsync(3, "--box row:0:0.1 is of a data set; name it with --data", "handoff", Original(), Hybrid(),
            "--box", "row:0:0.1", "--epsilon", "1", "--output", folder);
        Assert.False(Directory.Exists(folder));
        await FailsAsync(3, $"there is no file '{Path.Combine(folder, "vnnlib", "difference.vnnlib")}'",
            "handoff-replay", folder, answer);
        var original = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "onnx")).FullName, "original.onnx");
        File.Copy(Original(), original);
        await FailsAsync(3, $"'{original}' is also what is read; name another file with --output", "handoff", original,
            Hybrid(), "--box", "0..1", "--epsilon", "1", "--output", folder);
    }

    private string Original() => mesh.Write("f.onnx", Samples.Network(Layer(1, 1), Samples.Scaled(1, 1)));

    private string Hybrid() => mesh.Write("h.onnx", Samples.Network(Layer(1, 1.5), Samples.Scaled(1, 1)));

    private static DenseLayer Layer(double first, double second) =>
        new(Matrix.FromRows([[first, second]]), new double[1], DenseActivation.None);

    private Task<ArtifactRef> UploadAsync(string file) => mesh.Client.UploadAsync(file, Token);

    private async Task<BuildHandOffRequest> RequestAsync(string original, string hybrid) => new()
    {
        Original = await UploadAsync(original),
        Hybrid = await UploadAsync(hybrid),
        Box = Unit,
        Epsilon = Epsilon,
    };

    /// <summary>The folder that the files of a hand-off were written to, as they came.</summary>
    private async Task<string> HandOffAsync(
        string original, string hybrid, Action<BuildHandOffRequest>? change = null, string? data = null)
    {
        var request = await RequestAsync(original, hybrid);
        request.Data = data is null ? null : await UploadAsync(data);
        request.DataOptions = data is null ? null : new DataOptions { Scale = 1.0 / 255 };
        change?.Invoke(request);
        var folder = Directory.CreateDirectory(mesh.NewPath("handoff")).FullName;
        await foreach (var piece in mesh.Client.HandOffs.BuildAsync(request, Token))
        {
            Assert.InRange(piece.Data.Length, 1, 64 * 1024);
            await using var file = new FileStream(Path.Combine(folder, piece.Name), FileMode.Append);
            await file.WriteAsync(piece.Data.Memory, Token);
        }

        return folder;
    }

    private async Task<ReplayCounterexampleResponse> ReplayAsync(string property, string text) =>
        await mesh.Client.HandOffs.ReplayAsync(
            new ReplayCounterexampleRequest
            {
                Original = await UploadAsync(Original()),
                Hybrid = await UploadAsync(Hybrid()),
                Property = property,
                Counterexample = text,
            },
            Token);

    private async Task RefusedAsync(Action<BuildHandOffRequest> change, string reason, string message)
    {
        var request = await RequestAsync(Original(), Hybrid());
        change(request);

        var refusal = await Refusal.OfAsync(
            mesh.Client.HandOffs.BuildAsync(request, Token).GetAsyncEnumerator(Token).MoveNextAsync().AsTask());

        Assert.Equal((reason, message), (refusal.Reason, refusal.Message));
    }

    private async Task RefusedReplayAsync(string property, string text, string reason, string message)
    {
        var refusal = await Refusal.OfAsync(ReplayAsync(property, text));

        Assert.Equal((reason, message), (refusal.Reason, refusal.Message));
    }

    private async Task FailsAsync(int exitCode, string message, params string[] arguments)
    {
        var result = await CommandLine.RunAsync([.. arguments, "--endpoint", mesh.Address.ToString()]);

        Assert.Contains($"koopmesh: {message}", result.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
    }

    private static string Read(string folder, string name) => File.ReadAllText(Path.Combine(folder, name));

    private static IEnumerable<string> Operators(JsonElement file) =>
        file.GetProperty("operators").EnumerateArray().Select(op => op.GetString()!);

    // One row at a time, as the difference network takes them.
    private static async Task<List<double>> NodeAsync(string folder, string name, params float[][][] rows)
    {
        var answers = new List<double>();
        foreach (var row in rows)
        {
            var input = Path.Combine(folder, "rows.json");
            await File.WriteAllTextAsync(input, JsonSerializer.Serialize(row), Token);
            var output = await NodePeer.ReferenceAsync("run_onnx.mjs", Path.Combine(folder, name), input);
            answers.AddRange(JsonSerializer.Deserialize<double[][]>(output)!.SelectMany(values => values));
        }

        return answers;
    }

    private static async Task<JsonElement> PythonAsync(string script, params string[] arguments)
    {
        Assert.SkipUnless(
            SharedData.Repository is not null && File.Exists("/usr/bin/python3"),
            "Python or the repository is not on this machine");
        var path = Path.Combine(SharedData.Repository!, "tests", "reference", script);
        var start = new ProcessStartInfo("/usr/bin/python3", [path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await error);
        return JsonDocument.Parse(output).RootElement;
    }
}
