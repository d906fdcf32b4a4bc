using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.StandIns;
using KoopmanMesh.Koopman.V1;

namespace KoopmanMesh.Koopman.Grpc;

/// <summary>StandInService over gRPC.</summary>
[BindServiceMethod(typeof(StandInGrpcService), nameof(Bind))]
internal sealed class StandInGrpcService(StandInFitting fitting) : StandInService.StandInServiceBase
{
    public static void Bind(ServiceBinderBase binder, StandInGrpcService? service) =>
        StandInService.BindService(new LendingBinder(binder), service);

    public override Task FitStandIns(
        IAsyncStreamReader<FitStandInsRequest> requestStream, IServerStreamWriter<FitStandInsResponse> responseStream,
        ServerCallContext context) =>
        fitting.FitAsync(requestStream, responseStream, context.CancellationToken);
}
