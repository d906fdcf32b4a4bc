using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Ledger.Postgres;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what survives a restart.</summary>
public static class StateServiceCollectionExtensions
{
    /// <summary>
    /// Adds the artifact store, in files under <see cref="StateOptions.Root"/>, and the ledger of runs and their work:
    /// there too, or in a database, as <see cref="StateOptions.Ledger"/> says.
    /// </summary>
    public static IServiceCollection AddState(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<StateOptions>().BindConfiguration(StateOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StateOptions>, StateOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IArtifactStore, DirectoryArtifactStore>();
        services.TryAddSingleton<FileRunLedger>();
        services.TryAddSingleton<FileWorkLedger>();
        services.TryAddSingleton<PostgresDatabase>();
        services.TryAddSingleton<PostgresNotifications>();
        services.TryAddSingleton<PostgresRunLedger>();
        services.TryAddSingleton<PostgresWorkLedger>();
        services.TryAddSingleton(static s => Ledger<IRunLedger, FileRunLedger, PostgresRunLedger>(s));
        services.TryAddSingleton(static s => Ledger<IWorkLedger, FileWorkLedger, PostgresWorkLedger>(s));
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IConfigureOptions<HealthCheckServiceOptions>, LedgerCheck.Registration>());
        services.TryAddSingleton<LedgerStart>();
        services.AddHostedService(static s => s.GetRequiredService<LedgerStart>());
        return services;
    }

    private static TLedger Ledger<TLedger, TFiles, TPostgres>(IServiceProvider services)
        where TLedger : class
        where TFiles : TLedger
        where TPostgres : TLedger =>
        services.GetRequiredService<IOptions<StateOptions>>().Value.Ledger == LedgerKind.Postgres
            ? services.GetRequiredService<TPostgres>()
            : services.GetRequiredService<TFiles>();
}
