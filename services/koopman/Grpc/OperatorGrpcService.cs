using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.Operators;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.Koopman.Grpc;

/// <summary>OperatorService over gRPC.</summary>
[BindServiceMethod(typeof(OperatorGrpcService), nameof(Bind))]
internal sealed class OperatorGrpcService(OperatorFitter fitter, OperatorPredictor predictor, OperatorFiles files)
    : OperatorService.OperatorServiceBase
{
    public static void Bind(ServiceBinderBase binder, OperatorGrpcService? service) =>
        OperatorService.BindService(new LendingBinder(binder), service);

    public override Task<FitResponse> Fit(IAsyncStreamReader<FitRequest> requestStream, ServerCallContext context) =>
        OperatorFaults.TellAsync(fitter.FitAsync(requestStream, context.CancellationToken), "chunk");

    public override Task Predict(
        IAsyncStreamReader<PredictRequest> requestStream, IServerStreamWriter<PredictResponse> responseStream,
        ServerCallContext context) =>
        OperatorFaults.TellAsync(
            predictor.PredictAsync(requestStream, responseStream, context.CancellationToken), "tensor");

    public override async Task GetOperator(
        GetOperatorRequest request, IServerStreamWriter<GetOperatorResponse> responseStream, ServerCallContext context)
    {
        var cancellationToken = context.CancellationToken;
        var report = files.Read(request.OperatorId).Operator.ToReport();
        await responseStream.WriteAsync(new GetOperatorResponse { Report = report }, cancellationToken);
        await using var file = files.Open(request.OperatorId, "operator_id");
        var buffer = new byte[TensorCodec.ChunkBytes];
        while (await file.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken) is > 0 and var count)
        {
            var bytes = ByteString.CopyFrom(buffer.AsSpan(0, count));
            await responseStream.WriteAsync(new GetOperatorResponse { OperatorFile = bytes }, cancellationToken);
        }
    }

    public override Task<MergeResponse> Merge(MergeRequest request, ServerCallContext context) =>
        OperatorFaults.TellAsync(fitter.MergeAsync(request, context.CancellationToken), "summary_ids");

    public override Task<ListMethodsResponse> ListMethods(ListMethodsRequest request, ServerCallContext context) =>
        Task.FromResult(MethodListing.List());
}
