using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;
using KoopmanMesh.ServiceDefaults.Security;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers clients of the mesh's services.</summary>
public static class MeshClientServiceCollectionExtensions
{
    /// <summary>Adds the shared channels.</summary>
    public static IServiceCollection AddMeshChannels(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<MeshOptions>().BindConfiguration(MeshOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MeshOptions>, MeshOptionsValidator>());
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IConfigureOptions<GrpcServiceOptions>, CallerDeadlineSetup>());
        services.TryAddSingleton<CallerDeadlineInterceptor>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ResolverFactory, DnsResolverFactory>(CreateResolvers));
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<ResolverFactory, StaticResolverFactory>(CreateStaticResolver));
        services.AddOptions<HostingOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMeshSecurity();
        services.TryAddSingleton<MeshChannels>();
        services.TryAddSingleton<ReplicaSets>();
        return services;
    }

    /// <summary>
    /// Adds a generated client of the service where <paramref name="service"/> is, as a singleton; it may be injected
    /// before the host listens.
    /// </summary>
    public static IServiceCollection AddMeshClient<TClient>(this IServiceCollection services, MeshService service)
        where TClient : ClientBase<TClient>
    {
        services.AddMeshChannels();
        services.TryAddSingleton(s => (TClient)Activator.CreateInstance(
            typeof(TClient), new MeshCallInvoker(s.GetRequiredService<MeshChannels>(), service))!);
        return services;
    }

    private static StaticResolverFactory CreateStaticResolver(IServiceProvider services) =>
        StaticAddresses.CreateResolver();

    private static DnsResolverFactory CreateResolvers(IServiceProvider services)
    {
        var refresh = services.GetRequiredService<IOptions<MeshOptions>>().Value.DnsRefresh;
        return new DnsResolverFactory(refresh == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : refresh);
    }
}
