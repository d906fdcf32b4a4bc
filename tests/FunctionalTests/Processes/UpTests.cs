using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.ServiceDefaults.Tests.Support;

namespace KoopmanMesh.FunctionalTests.Processes;

/// <summary><c>koopmesh up</c>: a mesh of real processes behind one endpoint.</summary>
public sealed class UpTests(MeshFixture files, LocalMesh local)
{
    private const double Tolerance = 1e-12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Analyze_ThroughTheMesh_FindsWhatOneProcessFinds()
    {
        var mesh = await local.StartAsync();
        var model = files.Write(
            "up.onnx", Samples.Network(Samples.Dense(3, 3, 1, DenseActivation.Relu), Samples.Dense(3, 3, 2)));
        var data = files.Write("up.npy", Samples.Npy(Samples.Normal(900, 4), 3));
        string[] analyze = ["analyze", model, "--data", data, "--json", "--seed", "9"];

        var embedded = await CommandLine.RunAsync(analyze);
        var meshed = await CommandLine.RunAsync([.. analyze, "--endpoint", mesh.Endpoint]);

        Assert.Equal((ExitCodes.Success, ExitCodes.Success), (embedded.ExitCode, meshed.ExitCode));
        Assert.Equal(TotalOf(embedded.Output), TotalOf(meshed.Output), Tolerance);
    }

    [Fact]
    public async Task Fit_ThroughTheEndpoint_ReachesKoopman()
    {
        var mesh = await local.StartAsync();
        var states = Enumerable.Range(0, 400)
            .SelectMany(static i => new[] { (float)Math.Cos(0.1 * i), (float)Math.Sin(0.1 * i) });
        var rotation = files.Write("rotation.npy", Samples.Npy([.. states], 2));

        var result = await CommandLine.RunAsync("fit", rotation, "--json", "--endpoint", mesh.Endpoint);

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(result.Output).RootElement.ValueKind);
    }

    [Fact]
    public async Task Replica_ThatIsKilled_IsStartedAgainAtItsPort()
    {
        var mesh = await local.StartAsync();
        var before = LocalMesh.Processes(mesh.Folder).Single(static p => p is ("koopman", 1, _, _));

        LocalMesh.Kill(before.Pid);
        var after = before;
        await LocalMesh.UntilAsync(() =>
        {
            after = LocalMesh.Processes(mesh.Folder).Single(static p => p is ("koopman", 1, _, _));
            return after.Pid > 0 && after.Pid != before.Pid;
        });

        Assert.Equal(before.GrpcPort, after.GrpcPort);
    }

    [Fact]
    public async Task SecondUp_OnTheSameFolder_IsRefused()
    {
        var mesh = await local.StartAsync();
        using var second = LocalMesh.Start(mesh.Folder, "capture=1");

        var result = await second.EndAsync();

        Assert.Equal(
            (ExitCodes.Environment,
                $"koopmesh: another 'koopmesh up' runs the mesh in \"{mesh.Folder}\"; stop it, or choose another "
                + "--data-dir\n"),
            (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Up_Interrupted_LeavesNothingRunning()
    {
        using var temporary = new TemporaryFolder();
        var folder = temporary.Path;
        using var up = LocalMesh.Start(folder, "capture=1");
        await LocalMesh.EndpointAsync(up);
        var processes = LocalMesh.Processes(folder);

        await up.InterruptAsync();
        var exitCode = await up.WaitAsync();

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Equal(8, processes.Count);
        Assert.All(processes, static process => Assert.False(LocalMesh.Runs(process.Pid)));
        Assert.False(File.Exists(Path.Combine(folder, "mesh.json")));
    }

    [Fact]
    public async Task Up_Killed_TakesItsChildrenAlong_AndStartsAgain()
    {
        using var temporary = new TemporaryFolder();
        var folder = temporary.Path;
        var up = LocalMesh.Start(folder, "capture=1");
        await LocalMesh.EndpointAsync(up);
        var processes = LocalMesh.Processes(folder);

        up.Dispose();
        await LocalMesh.UntilAsync(() => processes.All(static process => !LocalMesh.Runs(process.Pid)));
        using var again = LocalMesh.Start(folder, "capture=1");

        Assert.StartsWith("http://127.0.0.1:", await LocalMesh.EndpointAsync(again), StringComparison.Ordinal);
        await again.InterruptAsync();
        await again.WaitAsync();
    }

    [Fact]
    public async Task Up_WithoutItsPrograms_NamesEachAndStartsNothing()
    {
        var folder = files.NewPath("nothing");
        using var up = RunningProgram.Start(
            new Dictionary<string, string> { ["PATH"] = "/nowhere" },
            "up", "--data-dir", folder, "--postgres", "Host=x");

        var result = await up.EndAsync();

        Assert.Equal(ExitCodes.Environment, result.ExitCode);
        foreach (var program in new[] { "setsid", "setpriv", "daprd", "redis-server" })
        {
            Assert.Contains(
                $"koopmesh: the program '{program}' is not on PATH; ", result.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("--replicas", "capture=0", "'capture=0' in 'capture=0' is not a number of replicas")]
    [InlineData("--replicas", "capture=1,capture=2", "'capture' comes twice")]
    [InlineData("--replicas", "judge=1", "'judge' in 'judge=1' is no service, expected capture, koopman or credit")]
    [InlineData("--port", "70000", "--port got 70000; expected 0 to 65535")]
    [InlineData("--redis", "localhost", "--redis got 'localhost'; expected HOST:PORT")]
    [InlineData("--log-level", "loud", "--log-level got 'loud'; expected one of Trace")]
    [InlineData("--postgres", "Password=secret", "--postgres names no Host")]
    [InlineData("--postgres", "secret", "--postgres is no connection string")]
    [InlineData("--sidecar", "/nowhere/daprd", "there is no program '/nowhere/daprd'")]
    public async Task Flag_ThatIsWrong_IsNamed(string flag, string value, string sentence)
    {
        var result = await CommandLine.RunAsync("up", flag, value, "--data-dir", files.NewPath("flags"));

        Assert.NotEqual(ExitCodes.Success, result.ExitCode);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Error, StringComparison.Ordinal);
    }

    private static double TotalOf(string json) => JsonDocument.Parse(json).RootElement
        .GetProperty("total").GetProperty("logPdet").GetDouble();
}
