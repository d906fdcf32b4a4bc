using Grpc.AspNetCore.Server;
using KoopmanMesh.ServiceDefaults.Health;
using KoopmanMesh.ServiceDefaults.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the services that every gRPC host has beside its own.</summary>
internal static class HealthServiceCollectionExtensions
{
    // What clients ask these services for are names.
    private const int MaxRequestBytes = 16 << 10;

    public static IServiceCollection AddGrpcHealth(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddHealthChecks();
        services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HealthGrpcService>();
        services.TryAddSingleton<ReadinessChecks>();
        services.TryAddSingleton<HealthLifetime>();
        services.AddHostedService(static s => s.GetRequiredService<HealthLifetime>());
        return services.LimitRequests<HealthGrpcService>();
    }

    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        services.AddOptions<ReflectionOptions>().BindConfiguration(ReflectionOptions.SectionName);
        services.TryAddSingleton(static s => new ReflectionAnswers(s.GetRequiredService<EndpointDataSource>()));
        return services.LimitRequests<ReflectionV1Service>().LimitRequests<ReflectionV1AlphaService>();
    }

    private static IServiceCollection LimitRequests<TService>(this IServiceCollection services)
        where TService : class =>
        services.Configure<GrpcServiceOptions<TService>>(o => o.MaxReceiveMessageSize = MaxRequestBytes);
}
