using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what hands out, does and recovers the work of runs.</summary>
public static class WorkServiceCollectionExtensions
{
    /// <summary>Adds it; the ledgers and the event bus are there already.</summary>
    public static IServiceCollection AddWork(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<WorkOptions>().BindConfiguration(WorkOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WorkOptions>, WorkOptionsValidator>());
        services.AddSingleton<WorkServices>();
        services.AddSingleton<WorkPublisher>();
        services.AddSingleton(static s => new RunEnder(
            s.GetRequiredService<IRunLedger>(), s.GetRequiredService<IEventBus>(),
            s.GetRequiredService<ILogger<RunEnder>>()));
        services.AddSingleton(static s => new RunAdvancer(
            s.GetRequiredService<WorkServices>(), s.GetRequiredService<WorkPublisher>(),
            s.GetRequiredService<RunEnder>()));
        services.AddSingleton(static s => new WorkRunner(
            s.GetRequiredService<WorkServices>(), s.GetRequiredService<RunAdvancer>(),
            s.GetRequiredService<RunEnder>(), s.GetRequiredService<ILogger<WorkRunner>>()));
        services.AddHostedService<RunEndWatcher>();
        services.AddHostedService<WorkReconciler>();
        services.AddHostedService<WorkGauge>();
        return services;
    }

    /// <summary>Has <typeparamref name="T"/>, a singleton of the container, told of every run that ends.</summary>
    public static IServiceCollection AddRunEndObserver<T>(this IServiceCollection services)
        where T : class, IRunEndObserver => services.AddSingleton<IRunEndObserver>(
            static s => s.GetRequiredService<T>());
}
