using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests.Replacing;

/// <summary>Replacement runs through the whole mesh.</summary>
public sealed class ReplacementRunTests : IDisposable
{
    private const int Inputs = 8;

    private readonly MeshFixture _mesh;
    private readonly GrpcChannel _channel;
    private readonly ReplacementService.ReplacementServiceClient _service;

    public ReplacementRunTests(MeshFixture mesh)
    {
        _mesh = mesh;
        _channel = GrpcChannel.ForAddress(mesh.Address);
        _service = new ReplacementService.ReplacementServiceClient(_channel);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task Plan_TwoLinearLayersInTheMiddle_FindsThatOneAffineMapIsExactAndCheaper()
    {
        var spec = await PlantedSpecAsync(2000);
        spec.Replacement.Budget = new Budget { AccuracyLoss = 0 };

        var report = await ReplaceAsync(spec);

        Assert.Equal("agreement", report.Measure);
        var chosen = report.Front[report.Chosen];
        Assert.Equal("dense_2..dense_3=affine", chosen.Id);
        Assert.StartsWith(
            "replace dense_2..dense_3 by affine: it loses nothing", report.Verdict, StringComparison.Ordinal);
        Assert.Equal(1, chosen.Performance.Score);
        Assert.InRange(chosen.Performance.RelativeRmse, 0, 1e-5);

        // Products and biases of 8-16-16-8-4, then of 8-16-8-4, and the ReLUs.
        Assert.Equal(
            Products(8, 16) + 16 + Products(16, 16) + Products(16, 8) + Products(8, 4) + 4,
            report.OriginalCosts.Operations);
        Assert.Equal(Products(8, 16) + 16 + Products(16, 8) + Products(8, 4) + 4, chosen.Costs.Operations);
        Assert.Equal((8 * 16) + 16 + (16 * 8) + 8 + (8 * 4) + 4, chosen.Costs.Parameters);

        // The ladder of a difference that is rounding alone.
        Assert.Equal("", chosen.Bounds.Sound.Refusal);
        Assert.True(chosen.Bounds.Sound.Output >= chosen.Bounds.Empirical.OutputMaximum);
        Assert.InRange(chosen.Bounds.Conformal.Output, 0, 1e-4);
        Assert.Equal(0, chosen.Bounds.Empirical.Flips);
        Assert.InRange(chosen.OwnEvaluationDifference, 0, 1e-5);
        Assert.Equal(["affine", "skip"], chosen.Baselines.Select(b => b.Name));
        Assert.True(chosen.Baselines[1].Performance.Score < 1);
        Assert.Equal(2, chosen.Latencies.Count);
    }

    [Fact]
    public async Task Download_ChosenHybrid_IsAFileThatSaysWhatItIsAndDoesWhatTheReportSays()
    {
        var spec = await PlantedSpecAsync(2000);
        spec.Replacement.Regions.Add("dense_2..dense_3");
        spec.Replacement.Lifts.Add("affine");
        spec.Replacement.Profile = Profile.Verifier;

        var report = await ReplaceAsync(spec);
        var bytes = await DownloadAsync(report.RunId, "");

        var chosen = report.Front[report.Chosen];
        Assert.Equal(chosen.Bytes, bytes.Length);
        Assert.Equal(chosen.Digest, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        Assert.All(
            chosen.Operators,
            op => Assert.Contains(op, (string[])["Gemm", "MatMul", "Add", "Relu", "Reshape", "Flatten"]));

        var hybrid = NetworkModel.Load(bytes, "hybrid.onnx");
        var metadata = HybridFile.Metadata(hybrid);
        Assert.Equal("dense_2..dense_3", metadata["regions"]);
        Assert.Equal("affine", metadata["lifts"]);
        Assert.Equal(spec.Model.Digest, metadata["model_digest"]);
        Assert.Equal(spec.Data.Digest, metadata["data_digest"]);
        Assert.Contains("\"conformal\"", metadata["bounds"], StringComparison.Ordinal);

        var rows = Samples.Normal(50 * Inputs, 77);
        using var original = new NetworkSession(NetworkModel.Load(PlantedNetwork(), "original.onnx"));
        using var session = new NetworkSession(hybrid);
        var difference = TensorDifference.Between(
            original.Run(rows, 50, Token).Output.Span, session.Run(rows, 50, Token).Output.Span);
        Assert.InRange(difference.MaximumRelative, 0, 1e-5);
    }

    [Fact]
    public async Task Run_RealNetwork_ReportsAFrontMeasuredOnRowsOfItsOwn()
    {
        var report = await ReplaceAsync(await DigitsSpecAsync(2000, 40));

        Assert.Equal("accuracy", report.Measure);
        Assert.Equal(
            2000, report.Data.FitRows + report.Data.SelectRows + report.Data.CalibrateRows + report.Data.TestRows);
        Assert.InRange(report.Candidates.Count, 20, 40);
        Assert.NotEmpty(report.Front);
        Assert.Equal(report.Front.Count, report.Candidates.Count(candidate => candidate.OnFront));
        Assert.Equal(report.Data.TestRows, report.Original.Rows);
        Assert.All(report.Front, hybrid =>
        {
            Assert.Equal(report.Data.TestRows, hybrid.Performance.Rows);
            Assert.InRange(hybrid.Performance.Score, hybrid.Performance.ScoreLow, hybrid.Performance.ScoreHigh);
            Assert.InRange(hybrid.OwnEvaluationDifference, 0, 1e-5);
            Assert.Equal("", hybrid.Bounds.Sound.Refusal);
            Assert.True(hybrid.Bounds.Sound.Output >= hybrid.Bounds.Conformal.Output);
            Assert.True(hybrid.Bounds.Sound.Output >= hybrid.Bounds.Empirical.OutputMaximum);
            Assert.Contains(hybrid.Baselines, baseline => baseline.Name == "affine");
            Assert.Contains(hybrid.Baselines, baseline => baseline.Name == "skip");
        });
        Assert.All(
            report.Candidates.Where(candidate => candidate.OnFront),
            on => Assert.DoesNotContain(report.Candidates, other =>
                other.Score > on.Score && other.Costs.Operations <= on.Costs.Operations
                && other.Costs.Parameters <= on.Costs.Parameters));
    }

    [Fact]
    public async Task Run_Twice_ReportsTheSameButForTimes()
    {
        var first = Timeless(await ReplaceAsync(await PlantedSpecAsync(700)));
        var second = Timeless(await ReplaceAsync(await PlantedSpecAsync(700)));

        Assert.Equal(first, second);
        Assert.NotEmpty(first.Front);
        Assert.Equal(first.Front.Select(hybrid => hybrid.Digest), second.Front.Select(hybrid => hybrid.Digest));
    }

    [Fact]
    public async Task Submit_AfterACancelHalfWay_TakesOverWhatWasEvaluated()
    {
        using var spans = new SpanLog();
        var spec = await DigitsSpecAsync(3000, 120);
        var cancelled = await _mesh.Client.SubmitAsync(spec, Token);
        var done = 0;
        await foreach (var status in _mesh.Client.WatchAsync(cancelled.RunId, Token))
        {
            if (status is { Stage: "plan", StepsDone: > 0 })
            {
                done = status.StepsDone;
                await _mesh.Client.CancelAsync(cancelled.RunId, Token);
                break;
            }
        }

        var report = await ReplaceAsync(spec);

        var ended = await _mesh.Runs.GetRunAsync(new GetRunRequest { RunId = report.RunId }, cancellationToken: Token);
        var (before, after) = (Evaluated(cancelled.TraceId), Evaluated(ended.Status.TraceId));
        Assert.True(done > 0);
        Assert.InRange(after, 0, report.Candidates.Count - done);

        // Every candidate once; those that were under way when the run was cancelled, twice.
        Assert.InRange(before + after, report.Candidates.Count, report.Candidates.Count + 16);
        Assert.DoesNotContain(
            spans.OfTrace(ended.Status.TraceId), span => span.OperationName == "capture.fit-region");

        int Evaluated(string trace) => spans.OfTrace(trace).Where(span => span.OperationName == "capture.evaluate")
            .Sum(span => (int)span.GetTagItem("koopmanmesh.candidates")!);
    }

    [Fact]
    public async Task Run_NothingAskedForCanStandIn_FailsWithTheReason()
    {
        var spec = await PlantedSpecAsync(700);
        spec.Replacement.Regions.Add("dense_2");
        spec.Replacement.Lifts.Add("delay:3");

        var status = await _mesh.RunAsync(spec);

        Assert.Equal((RunState.Failed, "NO_STAND_IN"), (status.State, status.ErrorReason));
        Assert.Equal(
            "nothing that was asked for can stand in for dense_2: dense_2 by delay:3 was left out: the lift delay:3 "
            + "imitates one dense layer with its ReLU, which dense_2 is not",
            status.Error);
    }

    [Fact]
    public async Task Get_WhereThereIsNothingToGet_SaysWhy()
    {
        var analysis = await _mesh.RunAsync(await PlainSpecAsync());
        var report = await ReplaceAsync(await PlantedSpecAsync(700));

        await RefusedAsync(
            StatusCode.FailedPrecondition,
            $"run {analysis.RunId} is an analysis; RunService.GetReport has its report",
            () => _service.GetReplacementAsync(new() { RunId = analysis.RunId }, cancellationToken: Token)
                .ResponseAsync);
        await RefusedAsync(
            StatusCode.FailedPrecondition,
            $"run {report.RunId} looks for linear stand-ins; ReplacementService.GetReplacement has its report",
            () => _mesh.Runs.GetReportAsync(new() { RunId = report.RunId }, cancellationToken: Token).ResponseAsync);
        await RefusedAsync(
            StatusCode.NotFound, $"run {report.RunId} exported no hybrid 'none'",
            () => DownloadAsync(report.RunId, "none"));
    }

    /// <summary>2 n - 1 for a product of n terms and 1 for its bias.</summary>
    private static long Products(int inputs, int outputs) => 2L * inputs * outputs;

    private static async Task RefusedAsync(StatusCode status, string message, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((status, message), (error.StatusCode, error.Status.Detail));
    }

    private static byte[] PlantedNetwork() => Samples.Network(
        Samples.Dense(16, Inputs, 1, DenseActivation.Relu), Samples.Dense(16, 16, 2), Samples.Dense(8, 16, 3),
        Samples.Dense(4, 8, 4, DenseActivation.Relu));

    private static ReplacementReport Timeless(ReplacementReport report)
    {
        (report.RunId, report.CreatedAt, report.Verdict) = ("", "", "");
        report.Timings.Clear();
        foreach (var hybrid in report.Front)
        {
            hybrid.Latencies.Clear();
            hybrid.Bounds.Sound.Seconds = 0;
        }

        return report;
    }

    private async Task<RunSpec> PlainSpecAsync()
    {
        var spec = await _mesh.SpecAsync(
            _mesh.Write("planted.onnx", PlantedNetwork()),
            _mesh.Write("normal.npy", Samples.Npy(Samples.Normal(700 * Inputs, 5), Inputs)));
        (spec.Options.Bootstraps, spec.Options.AuditRows) = (-1, -1);
        return spec;
    }

    private async Task<RunSpec> PlantedSpecAsync(int rows)
    {
        var spec = await _mesh.SpecAsync(
            _mesh.Write("planted.onnx", PlantedNetwork()),
            _mesh.Write("normal.npy", Samples.Npy(Samples.Normal(rows * Inputs, 5), Inputs)));
        spec.Replacement = new ReplacementOptions { Alpha = 0.05, Candidates = 80, Exports = 4 };
        return spec;
    }

    private async Task<RunSpec> DigitsSpecAsync(int rows, int candidates)
    {
        var spec = await _mesh.SpecAsync(
            SharedData.Network("marabou/mnist5x20_leaky_relu.onnx"), SharedData.TestImages, SharedData.TestLabels,
            1.0 / 255, rows);
        spec.Replacement = new ReplacementOptions
        {
            Alpha = 0.05,
            Candidates = candidates,
            Exports = 3,
            LongestRegion = 3,
            Box = new InputBox { Uniform = new UniformBox { Lower = 0, Upper = 1 } },
        };
        return spec;
    }

    private async Task<ReplacementReport> ReplaceAsync(RunSpec spec)
    {
        var status = await _mesh.RunAsync(spec);
        Assert.True(status.State == RunState.Succeeded, $"{status.State}: {status.ErrorReason} {status.Error}");
        var request = new GetReplacementRequest { RunId = status.RunId };
        return (await _service.GetReplacementAsync(request, cancellationToken: Token)).Report;
    }

    private async Task<byte[]> DownloadAsync(string runId, string hybridId)
    {
        var request = new DownloadHybridRequest { RunId = runId, HybridId = hybridId };
        using var call = _service.DownloadHybrid(request, cancellationToken: Token);
        var file = new MemoryStream();
        await foreach (var piece in call.ResponseStream.ReadAllAsync(Token))
        {
            Assert.InRange(piece.Data.Length, 1, 64 * 1024);
            piece.Data.WriteTo(file);
        }

        return file.ToArray();
    }
}
