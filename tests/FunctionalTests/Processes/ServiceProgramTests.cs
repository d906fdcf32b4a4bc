using System.Text.Json;
using Grpc.Health.V1;
using Grpc.Net.Client;
using KoopmanMesh.Cli.Up;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Processes;

/// <summary>Each service as a program: its ports, its settings, its end.</summary>
public sealed class ServiceProgramTests(MeshFixture mesh)
{
    private const int SettingsError = 78;
    private const int UsageError = 64;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => ["Capture", "Koopman", "Credit"];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Service_Alone_ServesUntilItIsToldToStop(string service)
    {
        var ports = Ports.Free(2);
        var (grpc, probes) = (ports.Dequeue(), ports.Dequeue());
        using var program = ServiceProgramRun.Start(service, new Dictionary<string, string>
        {
            ["Hosting__Listen"] = $"127.0.0.1:{grpc}",
            ["Hosting__InternalListen"] = $"127.0.0.1:{probes}",
            ["State__Root"] = mesh.NewPath("state"),
        });

        await program.UntilReadyAsync(probes);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpc}");
        var health = await new Health.HealthClient(channel)
            .CheckAsync(new HealthCheckRequest(), cancellationToken: Token);
        await program.TerminateAsync();
        var result = await program.EndAsync();

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    [Fact]
    public async Task Service_WithWrongSettings_NamesThemAllAndNothingElse()
    {
        using var program = ServiceProgramRun.Start("Koopman", new Dictionary<string, string>
        {
            ["Hosting__MaxMessageBytes"] = "5",
            ["Intake__MaxAccumulatorBytes"] = "-1",
            ["Mesh__Capture"] = "nowhere",
            ["Work__Lease"] = "soon",
            ["State__Root"] = mesh.NewPath("state"),
        });

        var result = await program.EndAsync();

        var sentences = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((SettingsError, ""), (result.ExitCode, result.Output));
        Assert.Equal(4, sentences.Length);
        Assert.All(sentences, static line => Assert.StartsWith("koopman: ", line, StringComparison.Ordinal));
        string[] keys = ["Hosting:MaxMessageBytes", "Intake:MaxAccumulatorBytes", "Mesh:Capture", "Work:Lease"];
        foreach (var key in keys)
        {
            Assert.Contains(key, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Service_WithASettingsFile_GoesByIt()
    {
        var file = mesh.Write("settings.json", """{ "State": { "MaxArtifactBytes": 0 } }"""u8.ToArray());
        using var program = ServiceProgramRun.Start(
            "Credit", new Dictionary<string, string> { ["KOOPMANMESH_CONFIG"] = file });

        var result = await program.EndAsync();

        Assert.Equal(
            (SettingsError, "credit: State:MaxArtifactBytes is 0, expected at least 1 byte\n"),
            (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Service_AskedForHelp_SaysWhatItIsAndWhereItsSettingsAre()
    {
        using var program = ServiceProgramRun.Start("Capture", new Dictionary<string, string>(), "--help");

        var result = await program.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("The capture service of KoopmanMesh ", result.Output, StringComparison.Ordinal);
        Assert.Contains("docs/operations.md", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_WithAnArgument_SaysThatItTakesNone()
    {
        using var program = ServiceProgramRun.Start("Capture", new Dictionary<string, string>(), "--port", "1");

        var result = await program.EndAsync();

        Assert.Equal(
            (UsageError,
                "capture: got '--port 1', expected --help, --version or nothing: settings come by the environment and "
                + "files\n"),
            (result.ExitCode, result.Error));
    }
}
