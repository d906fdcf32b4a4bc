using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Runs;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the event bus and its handlers.</summary>
public static class EventBusServiceCollectionExtensions
{
    /// <summary>
    /// Adds the in-process bus, and the run cancellations that it keeps. Free of effect when done before.
    /// </summary>
    public static IServiceCollection AddEventBus(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(static d => d.ServiceType == typeof(InProcessEventBus)))
        {
            return services;
        }

        services.AddErrorCatalog();
        services.AddOptions<EventBusOptions>().BindConfiguration(EventBusOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<EventBusOptions>, EventBusOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RunCancellations>();
        services.AddSingleton<DeliveryServices>();
        services.AddSingleton<InProcessEventBus>();
        services.AddSingleton<IEventBus>(static s => s.GetRequiredService<InProcessEventBus>());
        services.AddSingleton<IHostedService>(static s => s.GetRequiredService<InProcessEventBus>());
        services.AddEventHandler<RunCancelled, RunEndings>();
        services.AddEventHandler<RunFailed, RunEndings>();
        services.AddEventHandler<ReplacementReported, RunEndings>();
        return services.AddEventHandler<RunScored, RunEndings>();
    }

    /// <summary>Subscribes a handler. Adding the same one twice is free of effect.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="concurrency">Events it handles at once, at least 1.</param>
    public static IServiceCollection AddEventHandler<TEvent, THandler>(
        this IServiceCollection services, int concurrency = 1)
        where TEvent : class, IRunEvent
        where THandler : class, IEventHandler<TEvent>
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentOutOfRangeException.ThrowIfLessThan(concurrency, 1);
        services.TryAddScoped<THandler>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ISubscription, Subscription<TEvent, THandler>>(
            s => new Subscription<TEvent, THandler>(s.GetRequiredService<DeliveryServices>(), concurrency)));
        return services;
    }
}
