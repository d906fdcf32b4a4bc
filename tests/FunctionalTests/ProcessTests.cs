using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests;

/// <summary>The program itself: exit status, what lies on which stream, Ctrl-C.</summary>
public sealed class ProcessTests(MeshFixture mesh)
{
    private const int Interrupt = 2;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Analyze_Json_PutsNothingElseOnEitherStream()
    {
        var model = mesh.Write("small.onnx", Samples.Network(Samples.Reflection(3, 1), Samples.Scaled(3, 2)));
        var data = mesh.Write("small.npy", Samples.Npy(Samples.Normal(900, 3), 3));
        using var process = Start("analyze", model, "--data", data, "--json", "--bootstraps", "0");

        var result = await EndAsync(process);

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(3 * Math.Log(2), document.RootElement.GetProperty("total").GetProperty("logPdet").GetDouble(), 1e-4);
        Assert.False(document.RootElement.TryGetProperty("accuracy", out _));
    }

    [Fact]
    public async Task Analyze_MissingModel_EndsWithTheDocumentedStatus()
    {
        using var process = Start("analyze", "nowhere.onnx", "--data", "nowhere.npy");

        var result = await EndAsync(process);

        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Equal("koopmesh: there is no file 'nowhere.onnx'\n", result.Error);
    }

    [Fact]
    public async Task Analyze_CtrlC_CancelsAndWritesNothing()
    {
        var folder = mesh.NewPath("report");
        using var process = Start(
            "analyze", SharedData.Network("marabou/mnist5x20_leaky_relu.onnx"), "--data", SharedData.TrainImages,
            "--scale", "1/255", "--output", folder);
        var capturing = await process.StandardError.ReadLineAsync(Token);

        await InterruptAsync(process);
        var result = await EndAsync(process);

        Assert.Equal("capturing 60,000 rows of 7 components", capturing);
        Assert.Equal(ExitCodes.Cancelled, result.ExitCode);
        Assert.Equal("koopmesh: cancelled\n", result.Error);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Serve_CtrlC_StopsInGoodOrder()
    {
        using var process = Start("serve", "--port", "0", "--data-dir", mesh.NewPath("state"));
        var serving = await process.StandardOutput.ReadLineAsync(Token);

        await InterruptAsync(process);
        var result = await EndAsync(process);

        Assert.StartsWith("Serving capture, koopman and credit at http://127.0.0.1:", serving, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, result.ExitCode);
    }

    private static Process Start(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "koopmesh");
        Assert.SkipUnless(File.Exists(program), "the program is not beside its tests: this platform names it otherwise");
        return Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task<CommandResult> EndAsync(Process process)
    {
        var error = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return new CommandResult(process.ExitCode, output, await error);
    }

    private static async Task InterruptAsync(Process process)
    {
        string[] arguments = [string.Create(CultureInfo.InvariantCulture, $"-{Interrupt}"), $"{process.Id}"];
        using var kill = Process.Start("kill", arguments);
        await kill.WaitForExitAsync(Token);
    }
}
