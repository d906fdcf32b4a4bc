using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;

namespace KoopmanMesh.ServiceDefaults.Health;

/// <summary>grpc.health.v1.Health, whose watches end when the host stops: it would wait for them otherwise.</summary>
internal sealed class HealthGrpcService : HealthServiceImpl, IDisposable
{
    private readonly CancellationTokenSource _end = new();

    /// <summary>Ends every watch, those that begin later after their first status.</summary>
    public void EndWatches() => _end.Cancel();

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _end.Token);
        await base.Watch(request, responseStream, new EndingCallContext(context, either.Token)).ConfigureAwait(false);
    }

    public void Dispose() => _end.Dispose();
}
