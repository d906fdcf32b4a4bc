using Grpc.Core;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Interventions;
using KoopmanMesh.Capture.V1;
using KoopmanMesh.ServiceDefaults.Runs;

namespace KoopmanMesh.Capture.Grpc;

/// <summary>What the credit service asks of capture.</summary>
internal sealed class InterventionGrpcService(
    CaptureSummary summary, InterventionRunner runner, RunCancellations cancellations)
    : InterventionService.InterventionServiceBase
{
    public override async Task<GetCaptureSummaryResponse> GetCaptureSummary(
        GetCaptureSummaryRequest request, ServerCallContext context) =>
        new() { Report = await summary.OfAsync(RunIds.Require(request.RunId), context.CancellationToken) };

    public override async Task RunInterventions(
        RunInterventionsRequest request, IServerStreamWriter<RunInterventionsResponse> responseStream,
        ServerCallContext context)
    {
        var runId = RunIds.Require(request.RunId);
        using var linked = cancellations.Link(runId, context.CancellationToken);
        await foreach (var result in runner.RunAsync(runId, linked.Token))
        {
            await responseStream.WriteAsync(result, linked.Token);
        }
    }
}
