using System.Text.Json;
using Google.Protobuf;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Operators;
using KoopmanMesh.FunctionalTests.Training;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.FunctionalTests.Clients;

/// <summary>The package of clients/node, on the official grpc-js, against real services.</summary>
public sealed class NodeClientTests(MeshFixture mesh)
{
    private static readonly JsonParser _json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OwnTests_OfThePackage_Pass() =>
        Assert.Contains("# fail 0", await NodePackage.TestAsync(), StringComparison.Ordinal);

    [Fact]
    public async Task ReadMe_Examples_Run()
    {
        var folder = Path.GetDirectoryName(Network("model.onnx"))!;
        File.WriteAllBytes(Path.Combine(folder, "rows.npy"), Samples.Npy(Samples.Normal(3_000, 3), 3));
        var blocks = File.ReadAllText(NodePackage.ReadMe).Split("```").Where(block => block.StartsWith("js\n"));
        var program = string.Concat(blocks.Select(block => block["js\n".Length..]))
            .Replace("localhost:7070", mesh.Address.Authority, StringComparison.Ordinal);

        var printed = await NodePackage.RunAsync(program, folder);

        Assert.Contains("total credit", printed, StringComparison.Ordinal);
        Assert.Contains("|lambda| = 0.990, 0.50 Hz", printed, StringComparison.Ordinal);
        Assert.Contains("METHOD_UNKNOWN header.options.method", printed, StringComparison.Ordinal);
        Assert.Contains("steps 119 -> 169", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SubmittedAndWatched_HasTheReportThatEveryClientReads()
    {
        var data = mesh.Write("small.npy", Samples.Npy(Samples.Normal(60_000, 3), 3));

        using var seen = await PeerAsync("analyze.mjs", Network("small.onnx"), data);

        var run = seen.RootElement;
        Assert.Equal("RUN_STATE_SUCCEEDED", run.GetProperty("states").EnumerateArray().Last().GetString());
        Assert.Equal(20_000, run.GetProperty("rows").GetInt64());
        var id = run.GetProperty("runId").GetString()!;
        Assert.Equal(id, run.GetProperty("again").GetString());
        var report = _json.Parse<Report>(run.GetProperty("report").GetRawText());
        Assert.Equal(await mesh.Client.ReportAsync(id, Token), report);
        Assert.Equal(3 * Math.Log(2), report.Total.LogPdet, 1e-4);
        Assert.Equal(report.Components.Count, run.GetProperty("components").GetInt32());
    }

    [Fact]
    public async Task Fit_StreamedRows_GiveThePlantedOperatorAndItsMatrices()
    {
        using var seen = await PeerAsync("operator.mjs");

        var fit = seen.RootElement;
        Assert.Equal([0.9, 0.5], Rounded(fit.GetProperty("eigenvalues").EnumerateArray().Select(value => value[0])));
        Assert.Equal([0.9, 0.5], Rounded(fit.GetProperty("merged").EnumerateArray().Select(value => value[0])));
        Assert.Equal([1.3, 1, 1.37, 0.5], Rounded(fit.GetProperty("states").EnumerateArray()));
        Assert.Equal(Numbers(fit.GetProperty("states")), Numbers(fit.GetProperty("uploaded")));
        Assert.Equal("exact-dmd", fit.GetProperty("method").GetString());
        var id = fit.GetProperty("id").GetString()!;
        Assert.Equal(id, fit.GetProperty("hash").GetString());
        using var calls = new OperatorCalls(mesh.Address);
        var archive = TensorArchive.Read(new MemoryStream((await calls.GetAsync(id)).File));
        foreach (var tensor in fit.GetProperty("tensors").EnumerateObject())
        {
            Assert.Equal(
                archive.ShapeOf(tensor.Name),
                tensor.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64()));
            Assert.Equal(archive.Doubles(tensor.Name), Numbers(tensor.Value.GetProperty("data")));
        }
    }

    [Fact]
    public async Task Training_Watched_ReportsAndForecastsTheClosedForm()
    {
        const int snapshots = 60;
        const int horizon = 20;

        using var seen = await PeerAsync("training.mjs", $"{snapshots}", $"{horizon}");

        var run = seen.RootElement;
        var finished = _json.Parse<TrainingReport>(run.GetProperty("finished").GetRawText());
        using var calls = new TrainingCalls(mesh.Address);
        var report = await calls.ReportAsync(finished.TrainingId);

        // As text, which knows no sign of zero.
        Assert.Equal($"{report}", $"{finished}");
        Assert.Equal($"{report}", $"{_json.Parse<TrainingReport>(run.GetProperty("report").GetRawText())}");
        Assert.Equal(snapshots, finished.Snapshots);
        Assert.Equal(finished.Windows.Count, run.GetProperty("windows").GetInt32());
        Assert.Equal(snapshots - 1 + horizon, run.GetProperty("toStep").GetInt32());
        var step = snapshots - 1 + horizon;
        Assert.All(
            Numbers(run.GetProperty("weights").GetProperty("layer.weight")).Zip([1, 2, 3, 4, 5, 6]),
            pair => Assert.Equal(pair.Second * Math.Pow(0.9, step), pair.First, 1e-9));
        Assert.All(
            Numbers(run.GetProperty("weights").GetProperty("layer.bias")).Zip([7, 8]),
            pair => Assert.Equal(pair.Second * Math.Pow(0.8, step), pair.First, 1e-9));
        Assert.Equal(4, run.GetProperty("kept").GetInt32());
    }

    [Fact]
    public async Task Refusals_OfSixKinds_ComeWithTheirDetails()
    {
        var data = mesh.Write("rows.npy", Samples.Npy(Samples.Normal(60_000, 3), 3));

        using var seen = await PeerAsync("errors.mjs", Network("refused.onnx"), data);

        var errors = seen.RootElement;
        AssertError(errors, "method", "INVALID_ARGUMENT", "METHOD_UNKNOWN");
        Assert.Equal("header.options.method", Violation(errors.GetProperty("method")));
        AssertError(errors, "operator", "NOT_FOUND", "ARTIFACT_NOT_FOUND");
        var resource = errors.GetProperty("operator").GetProperty("resource");
        Assert.Equal("artifact", resource.GetProperty("type").GetString());
        AssertError(errors, "report", "FAILED_PRECONDITION", "RUN_NOT_SUCCEEDED");
        Assert.NotEmpty(errors.GetProperty("report").GetProperty("preconditions").EnumerateArray());
        AssertError(errors, "training", "ALREADY_EXISTS", "TRAINING_EXISTS");
        Assert.Equal("DEADLINE_EXCEEDED", errors.GetProperty("deadline").GetProperty("code").GetString());
        Assert.Equal("RunFailed", errors.GetProperty("cancelled").GetProperty("type").GetString());
        Assert.Equal("CANCELLED", errors.GetProperty("cancelled").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Analyze_Aborted_CancelsTheRun()
    {
        var data = mesh.Write("many.npy", Samples.Npy(Samples.Normal(300_000, 3), 3));

        var printed = await NodePackage.PeerAsync(
            "abort.mjs", mesh.Address.Authority, Network("aborted.onnx"), data);

        var statuses = mesh.Client.WatchAsync(printed.Split('\n')[0], Token);
        Assert.Equal(RunState.Cancelled, (await statuses.LastAsync(Token)).State);
    }

    private static void AssertError(JsonElement errors, string call, string code, string reason)
    {
        var error = errors.GetProperty(call);
        Assert.Equal("KoopmanMeshError", error.GetProperty("type").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(reason, error.GetProperty("reason").GetString());
        Assert.Equal("koopman.koopmanmesh", error.GetProperty("domain").GetString());
    }

    private static string? Violation(JsonElement error) =>
        error.GetProperty("violations").EnumerateArray().Single().GetProperty("field").GetString();

    private static double[] Numbers(JsonElement array) =>
        [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private static IEnumerable<double> Rounded(IEnumerable<JsonElement> values) =>
        values.Select(value => Math.Round(value.GetDouble(), 9));

    /// <summary>Reflects, then doubles three features: log |det| is 3 log 2.</summary>
    private string Network(string name) =>
        mesh.Write(name, Samples.Network(Samples.Reflection(3, 1), Samples.Scaled(3, 2)));

    private async Task<JsonDocument> PeerAsync(string script, params string[] arguments) =>
        JsonDocument.Parse(await NodePackage.PeerAsync(script, [mesh.Address.Authority, .. arguments]));
}
