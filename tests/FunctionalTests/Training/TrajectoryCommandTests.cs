using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary><c>koopmesh trajectory</c> tells of runs of known dynamics what they are.</summary>
public sealed class TrajectoryCommandTests(MeshFixture mesh, CommandRuns runs) : IClassFixture<CommandRuns>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trajectory_GradientDescentOnAQuadratic_HasItsEigenvaluesAndStops()
    {
        var report = await JsonAsync(runs["t13.npy"], "--losses", runs["t13.csv"]);

        // T13 of methods.md, then T31.
        var first = report.GetProperty("windows")[0];
        Assert.Equal([0.6, 0.9, 1], Eigenvalues(first), new Near(1e-6));
        var windows = report.GetProperty("windows").EnumerateArray().ToArray();
        var settled = windows.First(window => window.GetProperty("firstStep").GetString() == "200");
        Assert.Equal([1], Eigenvalues(settled), new Near(1e-9));
        Assert.Equal(1, settled.GetProperty("nearOneMass").GetDouble(), 1e-9);
        Assert.Contains(Marks(report), kind => kind == "MARK_KIND_STOP");
        Assert.StartsWith("finished: ", report.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trajectory_ForPeople_BeginsWithTheVerdictAndSaysWhatNext()
    {
        var text = await TextAsync(runs["t13.npy"], "--losses", runs["t13.csv"]);

        Assert.StartsWith("finished: ", text, StringComparison.Ordinal);
        Assert.Contains("1 tensor, 2 parameters, 261 snapshots of steps 0 to 260", text, StringComparison.Ordinal);
        Assert.Contains("0–20", text, StringComparison.Ordinal);
        Assert.Contains("koopmesh prune", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trajectory_Growing_IsUnstable()
    {
        var report = await JsonAsync(runs["unstable.npy"]);

        Assert.Equal(1.4, report.GetProperty("windows")[0].GetProperty("instability").GetDouble(), 1e-6);
        Assert.Contains(Marks(report), kind => kind == "MARK_KIND_INSTABILITY");
        Assert.StartsWith("unstable: ", report.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trajectory_FolderOfSafetensors_KeepsLayersAndLosses()
    {
        var report = await JsonAsync(runs["softmax"], "--observable", "layers", "--window", "12", "--hop", "6");

        Assert.Equal(
            ["dense_1.weight", "dense_1.bias"],
            report.GetProperty("tensors").EnumerateArray().Select(t => t.GetProperty("name").GetString()));
        Assert.Equal(
            ["", "dense_1"],
            report.GetProperty("windows").EnumerateArray().Select(w => w.GetProperty("layer").GetString()).Distinct());
        var known = report.GetProperty("records")[0].GetProperty("scalars");
        Assert.Equal(Math.Log(3), known.GetProperty("loss").GetDouble(), 1e-6);
        Assert.Equal(12, report.GetProperty("windowOptions").GetProperty("length").GetInt32());
        Assert.Equal(6, report.GetProperty("windowOptions").GetProperty("hop").GetInt32());
    }

    [Fact]
    public async Task Trajectory_CheckpointsOfTheTrainer_AreOneRun()
    {
        var folder = Path.GetDirectoryName(mesh.NewPath("x"))!;
        Train(folder, 30);

        var report = await JsonAsync(folder);

        Assert.Equal(
            ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"],
            report.GetProperty("tensors").EnumerateArray().Select(t => t.GetProperty("name").GetString()));
        Assert.Equal(("30", "1", "30"), (
            report.GetProperty("snapshots").GetString(), report.GetProperty("firstStep").GetString(),
            report.GetProperty("lastStep").GetString()));
        Assert.NotEmpty(report.GetProperty("windows").EnumerateArray());
    }

    [Fact]
    public async Task Trajectory_Output_HoldsTheReportAndItsPage()
    {
        var folder = mesh.NewPath("report");

        var printed = await JsonAsync(runs["t13.npy"], "--losses", runs["t13.csv"], "--output", folder);

        Assert.Equal(
            ["report.html", "report.json"],
            Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var written = await File.ReadAllTextAsync(Path.Combine(folder, "report.json"), Token);
        Assert.Equal(printed.GetRawText(), JsonSerializer.Deserialize<JsonElement>(written).GetRawText());
        Assert.Equal(ReportJson.ToJson(TrainingReport.Parser.ParseJson(written)), written);
        var page = await File.ReadAllTextAsync(Path.Combine(folder, "report.html"), Token);
        Assert.Contains("<title>t13.npy &#183; KoopmanMesh training report</title>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trajectory_Done_LeavesNoRunInTheMesh()
    {
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(mesh.Address);
        var trainings = new TrainingService.TrainingServiceClient(channel);

        await JsonAsync(runs["t13-start.npy"]);
        await CommandLine.RunAsync(
            "trajectory", runs["backwards.npz"], "--endpoint", mesh.Address.ToString());

        var left = await trainings.ListTrainingsAsync(new ListTrainingsRequest(), cancellationToken: Token);
        Assert.DoesNotContain(
            left.Trainings, training => training.TrainingId.Split('-')[0] is "t13" or "backwards");
    }

    [Fact]
    public async Task Trajectory_WithoutAMesh_StartsItsOwn()
    {
        var result = await CommandLine.RunAsync("trajectory", runs["t13-start.npy"], "--json");

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        Assert.Equal([0.6, 0.9, 1], Eigenvalues(
            JsonSerializer.Deserialize<JsonElement>(result.Output).GetProperty("windows")[0]), new Near(1e-6));
    }

    [Fact]
    public async Task Trajectory_MissingStep_IsAWarning()
    {
        var text = await TextAsync(runs["gap"]);

        Assert.Contains(
            "the snapshot of step 26 came after that of step 24, but the stride is 1", Flat(text),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trajectory_LearningRateJump_IsAWarning()
    {
        var text = await TextAsync(runs["t13.npy"], "--losses", runs["rates.csv"]);

        Assert.Contains("the learning rate goes from 0.1 to 0.05", Flat(text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trajectory_FewerSnapshotsThanAWindow_IsTooShortToTell()
    {
        var text = await TextAsync(runs["t13-start.npy"], "--window", "50");

        Assert.StartsWith("too short to tell: 21 snapshots came", text, StringComparison.Ordinal);
        Assert.Contains("keep more checkpoints, or take a smaller --window", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trajectory_Backwards_IsRefused() => await CommandRuns.FailsAsync(
        mesh, ExitCodes.BadInput,
        "the snapshot of step 28 came after that of step 29, expected ascending steps",
        "trajectory", runs["backwards.npz"]);

    [Fact]
    public async Task Trajectory_NoSuchRun_NamesIt() => await CommandRuns.FailsAsync(
        mesh, ExitCodes.BadInput, $"there is no file '{runs["nowhere"]}'", "trajectory", runs["nowhere"]);

    [Fact]
    public async Task Trajectory_NobodyAtTheEndpoint_SaysSo()
    {
        var result = await CommandLine.RunAsync(
            "trajectory", runs["t13.npy"], "--endpoint", "http://127.0.0.1:9");

        Assert.Equal(ExitCodes.Unreachable, result.ExitCode);
        Assert.StartsWith("koopmesh: the mesh does not answer", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--window got '2'; expected a whole number from 3 to 1024", "--window", "2")]
    [InlineData("--hop got 'x'; expected a whole number from 1 to 1024", "--hop", "x")]
    [InlineData("--delays got '65'; expected a whole number from 1 to 64", "--delays", "65")]
    [InlineData("--tolerance got '1'; expected a number of at least 0 and below 1", "--tolerance", "1")]
    [InlineData("--nearness got '0'; expected a number above 0 and below 1", "--nearness", "0")]
    [InlineData("--false-alarms got '1'; expected a fraction above 0 and below 1", "--false-alarms", "1")]
    public async Task Trajectory_ValueOutOfRange_IsAUsageError(string message, params string[] option)
    {
        var result = await CommandLine.RunAsync(["trajectory", runs["t13.npy"], .. option]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.StartsWith($"koopmesh: {message}\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trajectory")]
    [InlineData("forecast")]
    [InlineData("prune")]
    [InlineData("compare")]
    [InlineData("depth")]
    public async Task Help_OfEachCommand_ShowsHowToUseIt(string command)
    {
        var result = await CommandLine.RunAsync(command, "--help");

        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.Contains($"Try:  koopmesh {command} ", result.Output, StringComparison.Ordinal);
    }

    private static double[] Eigenvalues(JsonElement window) =>
        [.. window.GetProperty("modes").EnumerateArray().Select(mode => mode.GetProperty("real").GetDouble()).Order()];

    private static IEnumerable<string?> Marks(JsonElement report) =>
        report.GetProperty("marks").EnumerateArray().Select(mark => mark.GetProperty("kind").GetString());

    // Lines are wrapped where the width ends.
    private static string Flat(string text) =>
        string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static void Train(string folder, int epochs)
    {
        var network = new DenseNetwork<float>([2, 4, 3], seed: 3);
        var data = TrainingSet.OfClasses(Samples.Normal(120, 4), 2, [.. Enumerable.Range(0, 60).Select(i => i % 3)]);
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            new DenseTrainer(LinearAlgebraProvider.Detect(null)).Train(
                network, data, new TrainingOptions { Epochs = 1, Optimizer = new SgdOptions { LearningRate = 0.1 } },
                progress: null, Token);
            DenseCheckpoint.Save(network, Path.Combine(folder, $"epoch-{epoch}.safetensors"));
        }
    }

    private Task<JsonElement> JsonAsync(params string[] arguments) =>
        CommandRuns.JsonAsync(mesh, ["trajectory", .. arguments]);

    private Task<string> TextAsync(params string[] arguments) =>
        CommandRuns.TextAsync(mesh, ["trajectory", .. arguments]);

    private sealed class Near(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(double value) => 0;
    }
}
