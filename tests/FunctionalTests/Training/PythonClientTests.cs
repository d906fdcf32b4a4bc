using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary>The Python package against real services, from PyTorch runs.</summary>
public sealed class PythonClientTests(MeshFixture mesh)
{
    private static readonly int[] _widths = [784, 20, 20, 20, 10];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OwnTests_OfThePackage_Pass() => await PythonClient.TestAsync();

    [Fact]
    public async Task ReadMe_Example_Runs()
    {
        var blocks = File.ReadAllText(PythonClient.ReadMe).Split("```").Where(block => block.StartsWith("python\n"));
        var program = string.Concat(blocks.Select(block => block["python\n".Length..]))
            .Replace("localhost:7070", mesh.Address.Authority, StringComparison.Ordinal);

        var printed = await PythonClient.RunAsync(SharedData.Repository!, "-c", program);

        Assert.Contains("most credit: dense_1", printed, StringComparison.Ordinal);
        Assert.Contains("at done", printed, StringComparison.Ordinal);
        Assert.Contains("METHOD_UNKNOWN in header.options.method", printed, StringComparison.Ordinal);
        Assert.Contains("snapshots skipped", printed, StringComparison.Ordinal);
        Assert.Contains("160 -> 210 largest |lambda|", printed, StringComparison.Ordinal);
        Assert.Contains("'0.weight': ", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callback_MnistRun_IsWatchedLiveAndItsForecastLoadedBack()
    {
        const int steps = 200;
        const int horizon = 50;
        var folder = Directory.CreateDirectory(mesh.NewPath("mnist")).FullName;
        var mnist = Path.GetDirectoryName(SharedData.TrainImages)!;

        using var said = JsonDocument.Parse(await PythonClient.PeerAsync(
            "watch_mnist.py", mesh.Address.Authority, mnist, $"{steps}", $"{horizon}", folder));

        var run = said.RootElement;
        Assert.Equal(steps, run.GetProperty("snapshots").GetInt64());
        Assert.Equal(
            Enumerable.Range(1, steps), run.GetProperty("records").EnumerateArray().Select(step => step.GetInt32()));
        Assert.Equal(steps, run.GetProperty("losses").GetInt32());
        Assert.InRange(run.GetProperty("windowsWhileTraining").GetInt32(), 1, run.GetProperty("windows").GetInt32());
        Assert.Equal([steps, steps + horizon], Counts(run, "fromStep", "toStep"));
        Assert.True(run.GetProperty("finite").GetBoolean());
        Assert.True(run.GetProperty("loaded").GetBoolean());
        Assert.Equal(Forecast(Floats(folder, "trajectory.f32"), steps, horizon), Floats(folder, "forecast.f32"));
    }

    [Fact]
    public async Task Watch_ServiceKilledAndStartedAgain_LosesNothing()
    {
        const int snapshots = 200;
        var folder = mesh.NewPath("state");
        var port = FreePort();
        using var python = PythonClient.Start(
            "outlive_service.py", $"127.0.0.1:{port}", "outlives", $"{snapshots}", "100");
        var complaints = python.StandardError.ReadToEndAsync(Token);
        using (await ServeAsync(port, folder))
        {
            Assert.Equal("sent", await python.StandardOutput.ReadLineAsync(Token));
        }

        // It was killed in the middle of the stream.
        using var second = await ServeAsync(port, folder);
        await python.StandardInput.WriteLineAsync();
        await python.StandardInput.FlushAsync(Token);
        var output = await python.StandardOutput.ReadToEndAsync(Token);
        await python.WaitForExitAsync(Token);

        Assert.True(python.ExitCode == 0, await complaints);
        using var said = JsonDocument.Parse(output);
        var run = said.RootElement;
        Assert.Equal(
            Enumerable.Range(0, snapshots), run.GetProperty("steps").EnumerateArray().Select(step => step.GetInt32()));
        Assert.Equal(
            ["UNCALIBRATED_ALARM"], run.GetProperty("warnings").EnumerateArray().Select(reason => reason.GetString()));

        // Windows of 20 pairs, every 5 snapshots, without a gap where the service was away; each system is affine.
        Assert.Equal(
            Enumerable.Range(0, 36).Select(i => 20 + (5 * i)),
            run.GetProperty("windowEnds").EnumerateArray().Select(step => step.GetInt32()));
        Assert.InRange(run.GetProperty("error").GetDouble(), 0, 1e-6);
    }

    [Fact]
    public async Task TryJump_Quadratic_LandsOnThePowerAndUndoesAWorseOneBitForBit()
    {
        using var said = JsonDocument.Parse(await PythonClient.PeerAsync("jump_quadratic.py", mesh.Address.Authority));

        // Methods T13: the jump over T steps is A^T (w - w*) + w*.
        var run = said.RootElement;
        Assert.True(run.GetProperty("jumped").GetBoolean());
        Assert.InRange(run.GetProperty("moved").GetDouble(), 0.01, 1);
        Assert.InRange(run.GetProperty("error").GetDouble(), 0, 1e-9);
        Assert.Equal([1, 7, 1, 7], Counts(run, "kept", "skipped", "reportedKept", "reportedSkipped"));
        Assert.Equal(
            run.GetProperty("saved").GetDouble() - run.GetProperty("spent").GetDouble(),
            run.GetProperty("net").GetDouble(), 1e-12);
        Assert.False(run.GetProperty("rejectedJumped").GetBoolean());
        Assert.True(run.GetProperty("sameBits").GetBoolean());
        Assert.Equal([1, 1], Counts(run, "rejected", "reportedRejected"));
    }

    private static int[] Counts(JsonElement run, params string[] names) =>
        [.. names.Select(name => run.GetProperty(name).GetInt32())];

    /// <summary>What the library itself predicts from the same snapshots, in float32.</summary>
    private static float[] Forecast(float[] trajectory, int steps, int horizon)
    {
        var tensors = Enumerable.Range(0, _widths.Length - 1).SelectMany(i => new ParameterTensor[]
        {
            new($"{2 * i}.weight", [_widths[i + 1], _widths[i]]),
            new($"{2 * i}.bias", [_widths[i + 1]]),
        });
        var snapshots = new SingleTrajectory(new ParameterLayout(tensors));
        var count = trajectory.Length / steps;
        for (var step = 0; step < steps; step++)
        {
            snapshots.Add(new Snapshot(step + 1), trajectory.AsSpan(step * count, count));
        }

        var result = WeightForecast.Run(
            snapshots, new ForecastOptions(), [horizon], LinearAlgebraProvider.Detect(null), progress: null, Token);
        return Array.ConvertAll(result.Weights[0], weight => (float)weight);
    }

    private static float[] Floats(string folder, string file) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, file))).ToArray();

    private static async Task<RunningProgram> ServeAsync(int port, string folder)
    {
        var program = RunningProgram.Start("serve", "--port", $"{port}", "--data-dir", folder);
        Assert.Contains("Serving", await program.Output.ReadLineAsync(Token), StringComparison.Ordinal);
        return program;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
