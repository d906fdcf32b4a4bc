using Dapr.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// Whether events can be published. It asks for the sidecar's outbound health, which does not wait for this process:
/// asking for the whole would have each wait for the other.
/// </summary>
internal sealed class SidecarHealthCheck(DaprClient client, IOptions<EventBusOptions> options) : IHealthCheck
{
    private static readonly HealthCheckResult _away = HealthCheckResult.Unhealthy(
        "the Dapr sidecar does not answer that it is ready, so no event comes or goes");

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Value.PublishTimeout);
        try
        {
            return await client.CheckOutboundHealthAsync(patience.Token).ConfigureAwait(false)
                ? HealthCheckResult.Healthy()
                : _away;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _away;
        }
    }
}
