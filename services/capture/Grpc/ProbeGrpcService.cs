using Grpc.Core;
using KoopmanMesh.Capture.Probing;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Capture.Grpc;

/// <summary>What an analysis of training asks of networks.</summary>
internal sealed class ProbeGrpcService(WeightProbe probe, RowMapper mapper) : ProbeService.ProbeServiceBase
{
    public override async Task EvaluateWeights(
        IAsyncStreamReader<EvaluateWeightsRequest> requestStream,
        IServerStreamWriter<EvaluateWeightsResponse> responseStream, ServerCallContext context)
    {
        await foreach (var result in probe.EvaluateAsync(requestStream, context.CancellationToken))
        {
            await responseStream.WriteAsync(result, context.CancellationToken);
        }
    }

    public override async Task MapRows(
        MapRowsRequest request, IServerStreamWriter<MapRowsResponse> responseStream, ServerCallContext context)
    {
        await foreach (var frame in mapper.MapAsync(request, context.CancellationToken))
        {
            await responseStream.WriteAsync(new MapRowsResponse { Tensor = frame }, context.CancellationToken);
        }
    }
}
