using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;

namespace KoopmanMesh.FunctionalTests;

/// <summary>The program itself: exit status, what lies on which stream, Ctrl-C.</summary>
public sealed class ProcessTests(MeshFixture mesh)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Analyze_Json_PutsNothingElseOnEitherStream()
    {
        var model = mesh.Write("small.onnx", Samples.Network(Samples.Reflection(3, 1), Samples.Scaled(3, 2)));
        var data = mesh.Write("small.npy", Samples.Npy(Samples.Normal(900, 3), 3));
        using var program = RunningProgram.Start("analyze", model, "--data", data, "--json", "--bootstraps", "0");

        var result = await program.EndAsync();

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        using var document = JsonDocument.Parse(result.Output);
        var total = document.RootElement.GetProperty("total").GetProperty("logPdet").GetDouble();
        Assert.Equal(3 * Math.Log(2), total, 1e-4);
        Assert.False(document.RootElement.TryGetProperty("accuracy", out _));
    }

    [Fact]
    public async Task Analyze_SameSeedInTwoProcesses_AuditsAlike()
    {
        var model = mesh.Write(
            "seeded.onnx", Samples.Network(Samples.Dense(3, 3, 1, DenseActivation.Relu), Samples.Dense(3, 3, 2)));
        var data = mesh.Write("seeded.npy", Samples.Npy(Samples.Normal(900, 4), 3));

        var audits = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var program = RunningProgram.Start("analyze", model, "--data", data, "--json", "--seed", "9");
            using var document = JsonDocument.Parse((await program.EndAsync()).Output);
            audits.Add(document.RootElement.GetProperty("audit").GetRawText());
        }

        Assert.Equal(audits[0], audits[1]);
    }

    [Fact]
    public async Task Analyze_MissingModel_EndsWithTheDocumentedStatus()
    {
        using var program = RunningProgram.Start("analyze", "nowhere.onnx", "--data", "nowhere.npy");

        var result = await program.EndAsync();

        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Equal("koopmesh: there is no file 'nowhere.onnx'\n", result.Error);
    }

    [Fact]
    public async Task Analyze_CtrlC_CancelsAndWritesNothing()
    {
        var folder = mesh.NewPath("report");
        using var program = RunningProgram.Start(
            "analyze", SharedData.Network("marabou/mnist5x20_leaky_relu.onnx"), "--data", SharedData.TrainImages,
            "--scale", "1/255", "--output", folder);
        var capturing = await program.Error.ReadLineAsync(Token);

        await program.InterruptAsync();
        var result = await program.EndAsync();

        Assert.Equal("capturing 60,000 rows of 7 components", capturing);
        Assert.Equal(ExitCodes.Cancelled, result.ExitCode);
        Assert.Equal("koopmesh: cancelled\n", result.Error);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Serve_WithKeysThatAreNone_SaysThatAlone()
    {
        var keys = mesh.Write("keys.json", "no keys"u8.ToArray());
        using var program = RunningProgram.Start(
            "serve", "--port", "0", "--jwks", keys, "--issuer", "i", "--audience", "a");

        var result = await program.EndAsync();

        Assert.Equal(
            (ExitCodes.Environment,
                $"koopmesh: Security:Tokens:Keys is '{keys}', which is not a JSON web key set (JWKS)\n"),
            (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Serve_CtrlC_StopsInGoodOrder()
    {
        using var program = RunningProgram.Start("serve", "--port", "0", "--data-dir", mesh.NewPath("state"));
        var serving = await program.Output.ReadLineAsync(Token);

        await program.InterruptAsync();
        var result = await program.EndAsync();

        Assert.Contains("http://127.0.0.1:", serving, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, result.ExitCode);
    }
}
