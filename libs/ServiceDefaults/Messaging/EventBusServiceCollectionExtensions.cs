using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Messaging.Sidecar;
using KoopmanMesh.ServiceDefaults.Runs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the event bus and its handlers.</summary>
public static class EventBusServiceCollectionExtensions
{
    /// <summary>
    /// Adds the bus that EventBus:Kind names, and the run cancellations that it keeps. Free of effect when done before.
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
        services.AddSingleton<DeliveryDrain>();
        services.AddSingleton<InProcessEventBus>();
        services.AddSidecar();
        services.AddSingleton<IEventBus>(static s => BusOf(s));
        services.AddSingleton<IHostedService>(static s => BusOf(s));
        return services;
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

    private static IServiceCollection AddSidecar(this IServiceCollection services)
    {
        services.AddSingleton(static s => SidecarClient.Build(s.GetRequiredService<IConfiguration>()));
        services.AddSingleton<DaprEventBus>();
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<EventReceiver>();
        services.AddSingleton<AppToken>();
        services.AddSingleton<EventEndpoints>();
        services.AddSingleton<IConfigureOptions<HealthCheckServiceOptions>, SidecarReadiness>();
        return services;
    }

    private static IEventBusLifetime BusOf(IServiceProvider services) =>
        services.GetRequiredService<IOptions<EventBusOptions>>().Value.Kind == EventBusKind.Dapr
            ? services.GetRequiredService<DaprEventBus>()
            : services.GetRequiredService<InProcessEventBus>();
}
