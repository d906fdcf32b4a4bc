using System.Text.Json;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Training;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests.Clients;

/// <summary>Runs by the Python package, blocking and asynchronous, against real services.</summary>
public sealed class PythonRunTests(MeshFixture mesh)
{
    private const int Seed = 11;

    private static readonly string[] _refusals =
    [
        "NotFound", "InvalidArgument", "InvalidArgument", "AlreadyExists", "ResourceExhausted", "DeadlineExceeded",
        "NotFound", "Unreachable", "FailedPrecondition",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_BothPythonClients_ReadTheReportOfTheSameSeedInDotNet()
    {
        var (model, data) = Files();
        var spec = await mesh.SpecAsync(model, data);
        (spec.Options.Seed, spec.Options.Bootstraps, spec.Options.AuditRows) = (Seed, 20, 500);
        var report = await mesh.AnalyzeAsync(spec);

        using var said = JsonDocument.Parse(
            await PythonClient.PeerAsync("python_run.py", mesh.Address.Authority, model, data, $"{Seed}"));

        Assert.Equal(2, said.RootElement.GetArrayLength());
        foreach (var run in said.RootElement.EnumerateArray())
        {
            Assert.Equal("RUN_STATE_SUCCEEDED", run.GetProperty("ended").GetString());
            Assert.Equal(report.Components.Select(c => c.Credit.Canonical), Numbers(run.GetProperty("credits")));
            Assert.Equal(
                report.Components.Select(c => c.Credit.CanonicalInterval.Low),
                run.GetProperty("intervals").EnumerateArray().Select(row => row[0].GetDouble()));
            Assert.Equal(spec.Data.Digest, run.GetProperty("digest").GetString());
            Assert.Equal([3, 3], Numbers(run.GetProperty("coefficients")));
            Assert.All(Numbers(run.GetProperty("offset")), value => Assert.InRange(value, -1e-4, 1e-4));
            var own = await mesh.Client.ReportAsync(run.GetProperty("runId").GetString()!, Token);
            Assert.Equal(report.Components.Select(c => c.Credit), own.Components.Select(c => c.Credit));
            await AssertReplacedAsync(run, spec.Model);
        }
    }

    [Fact]
    public async Task Refusals_OfEveryKind_AreRaisedAsTheirClassWithDetails()
    {
        var (model, data) = Files();

        using var said = JsonDocument.Parse(
            await PythonClient.PeerAsync("python_errors.py", mesh.Address.Authority, model, data));

        foreach (var raised in said.RootElement.EnumerateArray().Select(all => all.EnumerateArray().ToArray()))
        {
            Assert.Equal(_refusals, raised.Select(error => Text(error, "type")));
            Assert.Equal("RUN_NOT_FOUND", Text(raised[0], "reason"));
            Assert.Equal(
                ["run", "r-none"], raised[0].GetProperty("resource").EnumerateArray().Select(v => v.GetString()));
            Assert.Equal("METHOD_UNKNOWN", Text(raised[1], "reason"));
            Assert.Equal("header.options.method", Text(raised[1], "field"));
            Assert.Equal("DATA_NOT_FINITE", Text(raised[2], "reason"));
            Assert.Equal("IDEMPOTENCY_KEY_REUSED", Text(raised[3], "reason"));
            Assert.Equal("RUN_NOT_A_REPLACEMENT", Text(raised[8], "reason"));
            Assert.Equal(1, raised[8].GetProperty("preconditions").GetArrayLength());
            Assert.All(raised[..4], error => Assert.Equal("koopman.koopmanmesh", Text(error, "domain")));
        }
    }

    /// <summary>The hybrid is the file that the report names, and as far from the original as .NET hears.</summary>
    private async Task AssertReplacedAsync(JsonElement run, ArtifactRef model)
    {
        var report = await mesh.Client.Replacements.ReportAsync(Text(run, "replacementId")!, Token);
        var chosen = report.Front[report.Chosen];
        Assert.Equal(chosen.Digest, Text(run, "chosen"));
        Assert.Equal(chosen.Digest, Text(run, "downloaded"));
        Assert.Equal("dense_1", Assert.Single(chosen.Regions).Region);
        var header = new BoundHeader
        {
            Original = model,
            Hybrid = new ArtifactRef { Digest = chosen.Digest, Name = "hybrid.onnx" },
            Alpha = 0.01,
        };
        var box = new BoundsBox { Lower = { -1, -1, -1 }, Upper = { 1, 1, 1 } };
        var ladder = await mesh.Client.Bounds.BoundAsync(header, box, Token);
        Assert.Equal(ladder.Sound.Output, run.GetProperty("bound").GetDouble());
    }

    private static string? Text(JsonElement error, string name) => error.GetProperty(name).GetString();

    private static IEnumerable<double> Numbers(JsonElement array) =>
        array.EnumerateArray().Select(number => number.GetDouble());

    private (string Model, string Data) Files() => (
        mesh.Write("model.onnx", Samples.Network(Samples.Dense(3, 3, 1), Samples.Scaled(3, 2))),
        mesh.Write("data.npy", Samples.Npy(Samples.Normal(6_000, 3), 3)));
}
