using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Capture.HandOff;
using KoopmanMesh.Capture.Replacing;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.ServiceDefaults.Runs;

namespace KoopmanMesh.Capture.Grpc;

/// <summary>What replacement runs found, their files, and what verifiers are given and give back.</summary>
internal sealed class ReplacementGrpcService(
    ReplacementDesk desk, HandOffBuilder handOffs, CounterexampleReplay replay)
    : ReplacementService.ReplacementServiceBase
{
    private const int PieceBytes = 64 * 1024;

    public override async Task<GetReplacementResponse> GetReplacement(
        GetReplacementRequest request, ServerCallContext context) =>
        new() { Report = await desk.ReportAsync(RunIds.Require(request.RunId), context.CancellationToken) };

    public override async Task DownloadHybrid(
        DownloadHybridRequest request, IServerStreamWriter<DownloadHybridResponse> responseStream,
        ServerCallContext context)
    {
        var runId = RunIds.Require(request.RunId);
        await using var file = await desk.OpenHybridAsync(runId, request.HybridId, context.CancellationToken);
        var piece = new byte[PieceBytes];
        int read;
        while ((read = await file.ReadAsync(piece, context.CancellationToken)) > 0)
        {
            await responseStream.WriteAsync(
                new DownloadHybridResponse { Data = ByteString.CopyFrom(piece, 0, read) }, context.CancellationToken);
        }
    }

    public override async Task BuildHandOff(
        BuildHandOffRequest request, IServerStreamWriter<BuildHandOffResponse> responseStream,
        ServerCallContext context)
    {
        var piece = new byte[PieceBytes];
        foreach (var file in await handOffs.BuildAsync(request, context.CancellationToken))
        {
            await using var content = file.Open();
            int read;
            while ((read = await content.ReadAsync(piece, context.CancellationToken)) > 0)
            {
                await responseStream.WriteAsync(
                    new BuildHandOffResponse { Name = file.Name, Data = ByteString.CopyFrom(piece, 0, read) },
                    context.CancellationToken);
            }
        }
    }

    public override async Task<ReplayCounterexampleResponse> ReplayCounterexample(
        ReplayCounterexampleRequest request, ServerCallContext context) =>
        await replay.ReplayAsync(request, context.CancellationToken);
}
