using Grpc.AspNetCore.Server;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Security;
using KoopmanMesh.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Hosting;

/// <summary>Host policy, decided once.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Adds what every host of the mesh has: telemetry, error mapping, health, event bus, state, clients of the
    /// other services, server limits and a graceful stop. Call it once for each host, before the services' own
    /// registrations.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="serviceName">The host's name in telemetry, unless OTEL_SERVICE_NAME says another.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, string serviceName)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        var services = builder.Services;

        // First, so that it starts before and stops after every other hosted service.
        builder.AddTelemetry(serviceName);
        services.AddErrorCatalog();
        services.TryAddSingleton<ErrorInterceptor>();
        services.AddSingleton<IStartupFilter, ErrorDetailsMiddleware.Filter>();
        services.AddEventBus();
        services.AddState();
        services.AddWork();
        services.AddMeshChannels();
        services.AddHostSecurity();
        services.AddGrpcHealth().AddGrpcReflection();
        AddServerDefaults(services);
        return builder;
    }

    private static void AddServerDefaults(IServiceCollection services)
    {
        services.AddOptions<HostingOptions>().BindConfiguration(HostingOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<HostingOptions>, HostingOptionsValidator>());
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<HostingOptions>, MeshSettingsValidator>());
        services.TryAddSingleton<InternalPort>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, PortPolicy>());
        services.AddSingleton<IMemoryPoolFactory<byte>, TransportBlocks>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ServerDefaults>();
        services.AddSingleton<IConfigureOptions<GrpcServiceOptions>, ServerDefaults>();
        services.AddSingleton<IConfigureOptions<HostOptions>, ServerDefaults>();
    }
}
