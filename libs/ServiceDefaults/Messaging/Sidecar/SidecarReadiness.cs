using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>Makes readiness depend on the sidecar where there is one.</summary>
internal sealed class SidecarReadiness(IOptions<EventBusOptions> bus) : IConfigureOptions<HealthCheckServiceOptions>
{
    private const string Name = "sidecar";

    public void Configure(HealthCheckServiceOptions options)
    {
        if (bus.Value.Kind == EventBusKind.Dapr)
        {
            options.Registrations.Add(new HealthCheckRegistration(
                Name, static s => ActivatorUtilities.CreateInstance<SidecarHealthCheck>(s), null, null));
        }
    }
}
