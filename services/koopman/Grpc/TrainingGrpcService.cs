using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.Training;
using KoopmanMesh.Koopman.Training.Calls;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Koopman.Training.Watching;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Grpc;

/// <summary>TrainingService over gRPC.</summary>
[BindServiceMethod(typeof(TrainingGrpcService), nameof(Bind))]
internal sealed class TrainingGrpcService(
    TrainingWatch watch, ReportCall reports, ForecastCall forecasts, PruneCall pruning, CompareCall comparison,
    DepthCall depth, TrainingStore store)
    : TrainingService.TrainingServiceBase
{
    public static void Bind(ServiceBinderBase binder, TrainingGrpcService? service) =>
        TrainingService.BindService(new LendingBinder(binder), service);

    public override Task WatchTraining(
        IAsyncStreamReader<WatchTrainingRequest> requestStream,
        IServerStreamWriter<WatchTrainingResponse> responseStream, ServerCallContext context) =>
        watch.WatchAsync(requestStream, responseStream, context.CancellationToken);

    public override Task GetTraining(
        GetTrainingRequest request, IServerStreamWriter<GetTrainingResponse> responseStream,
        ServerCallContext context) => reports.GetAsync(request, responseStream, context.CancellationToken);

    public override Task<ListTrainingsResponse> ListTrainings(
        ListTrainingsRequest request, ServerCallContext context) =>
        Task.FromResult(reports.List(request, context.CancellationToken));

    public override Task<DeleteTrainingResponse> DeleteTraining(
        DeleteTrainingRequest request, ServerCallContext context)
    {
        store.Delete(TrainingIds.Require(request.TrainingId));
        return Task.FromResult(new DeleteTrainingResponse());
    }

    public override Task Forecast(
        ForecastRequest request, IServerStreamWriter<ForecastResponse> responseStream, ServerCallContext context) =>
        forecasts.RunAsync(request, responseStream, context.CancellationToken);

    public override Task Prune(
        PruneRequest request, IServerStreamWriter<PruneResponse> responseStream, ServerCallContext context) =>
        pruning.RunAsync(request, responseStream, context.CancellationToken);

    public override Task<CompareTrainingsResponse> CompareTrainings(
        CompareTrainingsRequest request, ServerCallContext context) =>
        comparison.RunAsync(request, context.CancellationToken);

    public override Task<AdviseDepthResponse> AdviseDepth(
        IAsyncStreamReader<AdviseDepthRequest> requestStream, ServerCallContext context) =>
        depth.RunAsync(requestStream, context.CancellationToken);
}
