using KoopmanMesh.ServiceDefaults.Artifacts;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what deletes artifacts.</summary>
public static class ArtifactCollectionServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ArtifactSweep"/>, for whoever wants to collect.</summary>
    public static IServiceCollection AddArtifactCollection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ArtifactCollectionOptions>().BindConfiguration(ArtifactCollectionOptions.SectionName)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor
            .Singleton<IValidateOptions<ArtifactCollectionOptions>, ArtifactCollectionOptionsValidator>());
        services.TryAddSingleton<ArtifactSweep>();
        return services;
    }

    /// <summary>Collects as long as the host runs, when a retention is configured.</summary>
    public static IServiceCollection AddArtifactCollector(this IServiceCollection services)
    {
        services.AddArtifactCollection().AddHostedService<ArtifactCollector>();
        return services;
    }
}
