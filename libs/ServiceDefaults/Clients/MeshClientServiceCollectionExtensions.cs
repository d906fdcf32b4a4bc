using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Hosting;
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
        services.AddOptions<HostingOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MeshChannels>();
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
}
