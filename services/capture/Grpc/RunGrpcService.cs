using System.Runtime.CompilerServices;
using Grpc.Core;
using KoopmanMesh.Capture.Estimation;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Grpc;

/// <summary>The front door over gRPC: validate, hand on, map.</summary>
[BindServiceMethod(typeof(RunGrpcService), nameof(Bind))]
internal sealed class RunGrpcService(
    RunDesk desk, ModelDesk models, CaptureEstimator estimator, IArtifactStore artifacts, IRunLedger ledger,
    RunInspector inspector)
    : RunService.RunServiceBase
{
    private const int LongestName = 255;
    private const int SpansInAMessage = 200;

    public static void Bind(ServiceBinderBase binder, RunGrpcService? service) =>
        RunService.BindService(new LendingBinder(binder), service);

    public override async Task<UploadArtifactResponse> UploadArtifact(
        IAsyncStreamReader<UploadArtifactRequest> requestStream, ServerCallContext context)
    {
        var cancellationToken = context.CancellationToken;
        if (!await requestStream.MoveNext(cancellationToken)
            || requestStream.Current is not
            {
                PartCase: UploadArtifactRequest.PartOneofCase.Header,
                Header: { Name: var name, Digest: var digest },
            })
        {
            throw new InvalidRequestException(
                "UPLOAD_HEADER_MISSING", "an upload starts with a header message, got none", "header");
        }

        if (name.Length is 0 or > LongestName)
        {
            throw new InvalidRequestException(
                "UPLOAD_NAME_INVALID", $"a file name has 1 to {LongestName} characters, got {name.Length}",
                "header.name");
        }

        if (digest.Length > 0 && artifacts.Find(Digests.Require(digest, "header.digest")) is { } known)
        {
            return new UploadArtifactResponse { Digest = known.Digest, Bytes = known.Length };
        }

        var stored = await artifacts.PutAsync(Data(requestStream, cancellationToken), cancellationToken);
        return digest.Length == 0 || digest == stored.Digest
            ? new UploadArtifactResponse { Digest = stored.Digest, Bytes = stored.Length }
            : throw new InvalidRequestException(
                "DIGEST_MISMATCH", $"the content's digest is {stored.Digest}, announced was {digest}", "header.digest");
    }

    public override async Task<DescribeModelResponse> DescribeModel(
        DescribeModelRequest request, ServerCallContext context) =>
        await models.DescribeAsync(request.Model, request.Granularity, context.CancellationToken);

    public override async Task<EstimateRunResponse> EstimateRun(
        EstimateRunRequest request, ServerCallContext context) =>
        await estimator.EstimateAsync(request.Spec, context.CancellationToken);

    public override async Task<SubmitRunResponse> SubmitRun(SubmitRunRequest request, ServerCallContext context)
    {
        var run = await desk.SubmitAsync(request.Spec, request.IdempotencyKey, context.CancellationToken);
        return new SubmitRunResponse { Status = run.ToStatus() };
    }

    public override async Task<GetRunResponse> GetRun(GetRunRequest request, ServerCallContext context)
    {
        var run = await ledger.GetAsync(request.RunId, context.CancellationToken);
        return new GetRunResponse { Status = run.ToStatus() };
    }

    public override async Task WatchRun(
        WatchRunRequest request, IServerStreamWriter<WatchRunResponse> responseStream, ServerCallContext context)
    {
        await foreach (var run in ledger.WatchAsync(request.RunId, context.CancellationToken))
        {
            await responseStream.WriteAsync(
                new WatchRunResponse { Status = run.ToStatus() }, context.CancellationToken);
        }
    }

    public override async Task<CancelRunResponse> CancelRun(CancelRunRequest request, ServerCallContext context)
    {
        var run = await desk.CancelAsync(request.RunId, context.CancellationToken);
        return new CancelRunResponse { Status = run.ToStatus() };
    }

    public override async Task<ListRunsResponse> ListRuns(ListRunsRequest request, ServerCallContext context) =>
        await inspector.ListAsync(request, context.CancellationToken);

    public override async Task<GetRunWorkResponse> GetRunWork(GetRunWorkRequest request, ServerCallContext context) =>
        await inspector.WorkAsync(request.RunId, context.CancellationToken);

    public override async Task GetTrace(
        GetTraceRequest request, IServerStreamWriter<GetTraceResponse> responseStream, ServerCallContext context)
    {
        foreach (var spans in (await inspector.TraceAsync(request.RunId, context.CancellationToken))
            .Chunk(SpansInAMessage))
        {
            await responseStream.WriteAsync(
                new GetTraceResponse { Spans = { spans.Select(static span => span.ToSpan()) } },
                context.CancellationToken);
        }
    }

    public override async Task<GetReportResponse> GetReport(GetReportRequest request, ServerCallContext context) =>
        new() { Report = await desk.ReportAsync(request.RunId, context.CancellationToken) };

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Data(
        IAsyncStreamReader<UploadArtifactRequest> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var part in stream.ReadLentAsync(cancellationToken))
        {
            if (part.PartCase != UploadArtifactRequest.PartOneofCase.Data)
            {
                throw new InvalidRequestException(
                    "UPLOAD_PART_INVALID",
                    $"after its header an upload has data messages only, got {part.PartCase}", "data");
            }

            yield return part.Data.Memory;
        }
    }
}
