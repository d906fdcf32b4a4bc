using Grpc.Core;
using KoopmanMesh.Koopman.StandIns;
using KoopmanMesh.Koopman.V1;

namespace KoopmanMesh.Koopman.Grpc;

/// <summary>StandInService over gRPC.</summary>
internal sealed class StandInGrpcService(StandInFitting fitting) : StandInService.StandInServiceBase
{
    public override Task FitStandIns(
        IAsyncStreamReader<FitStandInsRequest> requestStream, IServerStreamWriter<FitStandInsResponse> responseStream,
        ServerCallContext context) =>
        fitting.FitAsync(requestStream, responseStream, context.CancellationToken);
}
