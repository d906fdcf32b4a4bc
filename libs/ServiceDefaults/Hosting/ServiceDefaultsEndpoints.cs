using KoopmanMesh.ServiceDefaults.Health;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps what every host serves beside its own services.</summary>
public static class ServiceDefaultsEndpoints
{
    /// <summary>
    /// Maps grpc.health.v1.Health and, unless Reflection:Enabled is false, server reflection in its versions v1 and
    /// v1alpha; with Hosting:InternalListen also the probes and what a sidecar delivers, on that port alone. The host
    /// has service defaults and gRPC already.
    /// </summary>
    public static IEndpointRouteBuilder MapServiceDefaults(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGrpcService<HealthGrpcService>();
        if (app.ServiceProvider.GetRequiredService<IOptions<ReflectionOptions>>().Value.Enabled)
        {
            app.MapGrpcService<ReflectionV1Service>();
            app.MapGrpcService<ReflectionV1AlphaService>();
        }

        if (app.ServiceProvider.GetRequiredService<InternalPort>().IsOpen)
        {
            // A kubelet and a sidecar hold no credentials of ours; the port is not the clients'.
            var internals = app.MapGroup("").WithMetadata(InternalEndpoint.Instance).AllowAnonymous();
            internals.MapProbes();
            internals.MapEventSubscriptions();
        }

        return app;
    }
}
