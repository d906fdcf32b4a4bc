using Grpc.Core;
using KoopmanMesh.Credit.Bounding;
using KoopmanMesh.Credit.Bounding.Search;
using KoopmanMesh.Credit.V1;

namespace KoopmanMesh.Credit.Grpc;

/// <summary>BoundService over gRPC.</summary>
internal sealed class BoundGrpcService(HybridBounder bounder, UnstableReporter unstable, BoxSearcher searcher)
    : BoundService.BoundServiceBase
{
    public override async Task<BoundHybridResponse> BoundHybrid(
        IAsyncStreamReader<BoundHybridRequest> requestStream, ServerCallContext context) =>
        new() { Bounds = await bounder.BoundAsync(requestStream, context.CancellationToken) };

    public override Task<CountUnstableResponse> CountUnstable(
        IAsyncStreamReader<CountUnstableRequest> requestStream, ServerCallContext context) =>
        unstable.CountAsync(requestStream, context.CancellationToken);

    public override Task SearchBox(
        IAsyncStreamReader<SearchBoxRequest> requestStream, IServerStreamWriter<SearchBoxResponse> responseStream,
        ServerCallContext context) =>
        searcher.SearchAsync(requestStream, responseStream, context.CancellationToken);
}
