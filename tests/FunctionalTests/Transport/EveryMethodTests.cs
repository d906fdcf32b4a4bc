using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Capture.V1;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;
using GetStoredOperatorRequest = KoopmanMesh.Operator.V1.GetOperatorRequest;

namespace KoopmanMesh.FunctionalTests.Transport;

/// <summary>Every method of the mesh, called badly: what it refuses, it refuses with the right details.</summary>
public sealed class EveryMethodTests(MeshFixture mesh)
{
    private static readonly ServiceDescriptor[] _services =
    [
        RunService.Descriptor, InterventionService.Descriptor, FitService.Descriptor, StandInService.Descriptor,
        OperatorService.Descriptor, TrainingService.Descriptor, ProbeService.Descriptor, CreditService.Descriptor,
        BoundService.Descriptor, ReplacementService.Descriptor,
    ];

    private static readonly Marshaller<byte[]> _bytes = Marshallers.Create(static b => b, static b => b);
    private static readonly string _digest = new('a', 64);
    private static readonly RunSpec _spec = new()
    {
        Model = new() { Digest = _digest },
        Data = new() { Digest = _digest },
        Options = new() { HoldOut = 2, Blocks = 1 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Methods =>
        [.. _services.SelectMany(static s => s.Methods).Select(static m => $"{m.Service.FullName}/{m.Name}")];

    /// <summary>What a request without content is refused for; null: it is a request like another.</summary>
    public static TheoryData<string, string?, string?> Empty => new()
    {
        { "koopmanmesh.run.v1.RunService/UploadArtifact", "UPLOAD_HEADER_MISSING", "header" },
        { "koopmanmesh.run.v1.RunService/DescribeModel", "MODEL_MISSING", "model" },
        { "koopmanmesh.run.v1.RunService/EstimateRun", "SPEC_INCOMPLETE", "spec" },
        { "koopmanmesh.run.v1.RunService/SubmitRun", "SPEC_INCOMPLETE", "spec" },
        { "koopmanmesh.run.v1.RunService/GetRun", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.run.v1.RunService/WatchRun", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.run.v1.RunService/CancelRun", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.run.v1.RunService/GetReport", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.run.v1.RunService/ListRuns", null, null },
        { "koopmanmesh.run.v1.RunService/GetRunWork", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.run.v1.RunService/GetTrace", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.capture.v1.InterventionService/GetCaptureSummary", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.capture.v1.InterventionService/RunInterventions", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.koopman.v1.FitService/StreamSnapshotPairs", "PAIRS_HEADER_MISSING", "header" },
        { "koopmanmesh.koopman.v1.FitService/StreamTrajectories", "TRAJECTORIES_HEADER_MISSING", "header" },
        { "koopmanmesh.koopman.v1.FitService/GetOperator", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.koopman.v1.StandInService/FitStandIns", "STAND_IN_HEADER_MISSING", "header" },
        { "koopmanmesh.operator.v1.OperatorService/Fit", "FIT_HEADER_MISSING", "header" },
        { "koopmanmesh.operator.v1.OperatorService/Predict", "PREDICT_HEADER_MISSING", "header" },
        { "koopmanmesh.operator.v1.OperatorService/GetOperator", "DIGEST_INVALID", "operator_id" },
        { "koopmanmesh.operator.v1.OperatorService/Merge", "SUMMARIES_INVALID", "summary_ids" },
        { "koopmanmesh.operator.v1.OperatorService/ListMethods", null, null },
        { "koopmanmesh.training.v1.TrainingService/WatchTraining", "WATCH_HEADER_MISSING", "header" },
        { "koopmanmesh.training.v1.TrainingService/GetTraining", "TRAINING_ID_INVALID", "training_id" },
        { "koopmanmesh.training.v1.TrainingService/ListTrainings", null, null },
        { "koopmanmesh.training.v1.TrainingService/DeleteTraining", "TRAINING_ID_INVALID", "training_id" },
        { "koopmanmesh.training.v1.TrainingService/Forecast", "FORECAST_INVALID", "snapshots" },
        { "koopmanmesh.training.v1.TrainingService/Prune", "TRAINING_ID_INVALID", "training_id" },
        { "koopmanmesh.training.v1.TrainingService/CompareTrainings", "COMPARISON_INVALID", "first" },
        { "koopmanmesh.training.v1.TrainingService/AdviseDepth", "DEPTH_HEADER_MISSING", "header" },
        { "koopmanmesh.training.v1.ProbeService/EvaluateWeights", "PROBE_HEADER_MISSING", "header" },
        { "koopmanmesh.training.v1.ProbeService/MapRows", "MODEL_MISSING", "model" },
        { "koopmanmesh.credit.v1.CreditService/GetCredit", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.credit.v1.BoundService/BoundHybrid", "HEADER_MISSING", "part" },
        { "koopmanmesh.credit.v1.BoundService/CountUnstable", "HEADER_MISSING", "part" },
        { "koopmanmesh.credit.v1.BoundService/SearchBox", "HEADER_MISSING", "part" },
        { "koopmanmesh.replacement.v1.ReplacementService/GetReplacement", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.replacement.v1.ReplacementService/DownloadHybrid", "RUN_ID_INVALID", "run_id" },
        { "koopmanmesh.replacement.v1.ReplacementService/BuildHandOff", "MODEL_MISSING", "original" },
        { "koopmanmesh.replacement.v1.ReplacementService/ReplayCounterexample", "MODEL_MISSING", "original" },
    };

    /// <summary>Requests of what does not exist.</summary>
    public static TheoryData<string, IMessage, string, string> Unknown => new()
    {
        {
            "koopmanmesh.run.v1.RunService/GetRun", new GetRunRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.run.v1.RunService/WatchRun", new WatchRunRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.run.v1.RunService/CancelRun", new CancelRunRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.run.v1.RunService/GetReport", new GetReportRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.run.v1.RunService/GetRunWork", new GetRunWorkRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.run.v1.RunService/GetTrace", new GetTraceRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.run.v1.RunService/DescribeModel", new DescribeModelRequest { Model = _spec.Model },
            "ARTIFACT_NOT_FOUND", "artifact"
        },
        {
            "koopmanmesh.training.v1.ProbeService/MapRows",
            new MapRowsRequest { Model = _spec.Model, Data = _spec.Data },
            "ARTIFACT_NOT_FOUND", "artifact"
        },
        {
            "koopmanmesh.capture.v1.InterventionService/GetCaptureSummary",
            new GetCaptureSummaryRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.credit.v1.CreditService/GetCredit", new GetCreditRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.replacement.v1.ReplacementService/GetReplacement",
            new GetReplacementRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.replacement.v1.ReplacementService/DownloadHybrid",
            new DownloadHybridRequest { RunId = "absent" },
            "RUN_NOT_FOUND", "run"
        },
        {
            "koopmanmesh.operator.v1.OperatorService/GetOperator",
            new GetStoredOperatorRequest { OperatorId = _digest },
            "ARTIFACT_NOT_FOUND", "artifact"
        },
        {
            "koopmanmesh.operator.v1.OperatorService/Merge", new MergeRequest { SummaryIds = { _digest } },
            "ARTIFACT_NOT_FOUND", "artifact"
        },
        {
            "koopmanmesh.training.v1.TrainingService/GetTraining", new GetTrainingRequest { TrainingId = "absent" },
            "TRAINING_NOT_FOUND", "training"
        },
        {
            "koopmanmesh.training.v1.TrainingService/DeleteTraining",
            new DeleteTrainingRequest { TrainingId = "absent" },
            "TRAINING_NOT_FOUND", "training"
        },
        {
            "koopmanmesh.training.v1.TrainingService/Forecast",
            new ForecastRequest { TrainingId = "absent", Snapshots = 1 },
            "TRAINING_NOT_FOUND", "training"
        },
        {
            "koopmanmesh.training.v1.TrainingService/Prune", new PruneRequest { TrainingId = "absent", Fraction = 0.5 },
            "TRAINING_NOT_FOUND", "training"
        },
    };

    [Theory]
    [MemberData(nameof(Empty))]
    public async Task Method_CalledWithAnEmptyRequest_NamesTheReasonAndTheField(
        string method, string? reason, string? field)
    {
        var e = await CallAsync(method, []);

        Assert.Equal(reason is null, e is null);
        if (e is not null)
        {
            Assert.Equal((StatusCode.InvalidArgument, reason, field), Told(e));
            AssertDetails(e, nameof(BadRequest));
        }
    }

    [Fact]
    public void Empty_HasEveryMethod() => Assert.Equal(
        Methods.Select(static row => row.Data).Order(StringComparer.Ordinal),
        Empty.Select(static row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_CalledWithBytesThatAreNoMessage_IsInternalAsTheProtocolHasIt(string method)
    {
        var e = await CallAsync(method, [0xFF, 0xFF, 0xFF]);

        Assert.Equal((StatusCode.Internal, "INTERNAL", null), Told(e!));
        AssertDetails(e!, detail: null);
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public async Task Method_CalledForWhatDoesNotExist_NamesTheResource(
        string method, IMessage request, string reason, string resource)
    {
        var e = await CallAsync(method, request.ToByteArray());

        var error = RpcErrors.Describe(e!);
        Assert.Equal((StatusCode.NotFound, reason, resource), (e!.StatusCode, error.Reason, error.ResourceType));
        AssertDetails(e, nameof(ResourceInfo));
    }

    [Fact]
    public async Task SubmitRun_WithSeveralOptionsOutOfRange_TellsEachByItself()
    {
        var e = await Assert.ThrowsAsync<RpcException>(
            () => mesh.Runs.SubmitRunAsync(new() { Spec = _spec }, cancellationToken: Token).ResponseAsync);

        AssertDetails(e, nameof(BadRequest));
        Assert.Equal(
            ["blocks is 1, expected 2 to 1000", "holdOut is 2, expected 0 to 0.9"],
            RpcErrors.Describe(e).Violations!.Select(static v => v.Description));
    }

    [Fact]
    public async Task Run_AskedForTooEarlyOrTwiceUnderOneName_NamesWhatStandsInTheWay()
    {
        var model = mesh.Write("m.onnx", Samples.Network(Samples.Dense(4, 4, 1)));
        var data = mesh.Write("d.npy", Samples.Npy(Samples.Normal(40_000, 2), 4));
        var request = new SubmitRunRequest { Spec = await mesh.SpecAsync(model, data), IdempotencyKey = "every" };
        var run = await mesh.Runs.SubmitRunAsync(request, cancellationToken: Token);
        request.Spec.DataOptions.Limit = 50;

        var early = await Assert.ThrowsAsync<RpcException>(() => mesh.Runs
            .GetReportAsync(new() { RunId = run.Status.RunId }, cancellationToken: Token).ResponseAsync);
        var twice = await Assert.ThrowsAsync<RpcException>(
            () => mesh.Runs.SubmitRunAsync(request, cancellationToken: Token).ResponseAsync);
        await mesh.Runs.CancelRunAsync(new() { RunId = run.Status.RunId }, cancellationToken: Token);

        Assert.Equal(StatusCode.FailedPrecondition, early.StatusCode);
        AssertDetails(early, nameof(PreconditionFailure));
        Assert.Equal((StatusCode.AlreadyExists, "IDEMPOTENCY_KEY_REUSED", null), Told(twice));
        AssertDetails(twice, nameof(ResourceInfo));
    }

    private static (StatusCode Code, string Reason, string? Field) Told(RpcException e)
    {
        var error = RpcErrors.Describe(e);
        return (e.StatusCode, error.Reason, error.Field);
    }

    private static void AssertDetails(RpcException e, string? detail)
    {
        var details = Google.Rpc.Status.Parser.ParseFrom(e.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal((int)e.StatusCode, details.Code);
        Assert.Equal("koopman.koopmanmesh", details.Details[0].Unpack<ErrorInfo>().Domain);
        Assert.Equal(
            detail is null ? ["ErrorInfo"] : ["ErrorInfo", detail],
            details.Details.Select(static d => d.TypeUrl.Split('.')[^1]));
    }

    /// <summary>One request, whatever the method's kind; what the call failed with, or null.</summary>
    private async Task<RpcException?> CallAsync(string name, byte[] request)
    {
        var parts = name.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, parts[0], parts[1], _bytes, _bytes);
        using var channel = GrpcChannel.ForAddress(mesh.Address);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            method, null, new CallOptions(cancellationToken: Token));
        try
        {
            await call.RequestStream.WriteAsync(request);
            await call.RequestStream.CompleteAsync();
            await foreach (var response in call.ResponseStream.ReadAllAsync())
            {
                _ = response;
            }

            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }
}
