using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.Fitting;
using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Koopman.V1;

namespace KoopmanMesh.Koopman.Grpc;

/// <summary>The koopman service over gRPC: hand the streams to the intakes, stream operators out.</summary>
[BindServiceMethod(typeof(FitGrpcService), nameof(Bind))]
internal sealed class FitGrpcService(PairIntake pairs, TrajectoryIntake trajectories, OperatorStore operators)
    : FitService.FitServiceBase
{
    public static void Bind(ServiceBinderBase binder, FitGrpcService? service) =>
        FitService.BindService(new LendingBinder(binder), service);

    public override Task<StreamSnapshotPairsResponse> StreamSnapshotPairs(
        IAsyncStreamReader<StreamSnapshotPairsRequest> requestStream, ServerCallContext context) =>
        pairs.TakeAsync(requestStream, context.CancellationToken);

    public override Task<StreamTrajectoriesResponse> StreamTrajectories(
        IAsyncStreamReader<StreamTrajectoriesRequest> requestStream, ServerCallContext context) =>
        trajectories.TakeAsync(requestStream, context.CancellationToken);

    public override async Task GetOperator(
        GetOperatorRequest request, IServerStreamWriter<GetOperatorResponse> responseStream, ServerCallContext context)
    {
        var cancellationToken = context.CancellationToken;
        var stored = await operators.ReadAsync(request.RunId, request.Component, cancellationToken);
        await responseStream.WriteAsync(new GetOperatorResponse { Summary = stored.Summary }, cancellationToken);
        foreach (var name in stored.Tensors.Names)
        {
            var (values, shape) = (stored.Tensors.Doubles(name), stored.Tensors.ShapeOf(name));
            foreach (var frame in LentStreams.LentFrames<double>(name, values, shape))
            {
                await responseStream.WriteAsync(new GetOperatorResponse { Tensor = frame }, cancellationToken);
            }
        }
    }
}
