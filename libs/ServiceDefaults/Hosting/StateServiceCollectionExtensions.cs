using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what survives a restart.</summary>
public static class StateServiceCollectionExtensions
{
    /// <summary>
    /// Adds the artifact store and the run ledger, both in files under <see cref="StateOptions.Root"/>.
    /// </summary>
    public static IServiceCollection AddFileState(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<StateOptions>().BindConfiguration(StateOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StateOptions>, StateOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IArtifactStore, DirectoryArtifactStore>();
        services.TryAddSingleton<IRunLedger, FileRunLedger>();
        return services;
    }
}
