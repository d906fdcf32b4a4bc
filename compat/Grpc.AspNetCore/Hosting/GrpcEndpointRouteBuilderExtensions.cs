using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC services to endpoints.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Maps every method of a generated service base that the type derives from.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.ServiceProvider;
        var marker = services.GetService<GrpcMarker>() ?? throw new InvalidOperationException(
            $"Mapping {typeof(TService)} found no gRPC services; call IServiceCollection.AddGrpc first.");
        var all = services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        var settings = MethodSettings.Resolve(
            all, services.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value);
        var binder = new EndpointBinder<TService>(
            builder, settings, services.GetRequiredService<ILoggerFactory>().CreateLogger<TService>());

        binder.Bind();
        foreach (var service in binder.ServiceNames)
        {
            UnimplementedEndpoints.MapUnknownMethods(builder, service);
        }

        if (all.IgnoreUnknownServices is not true && marker.ClaimUnknownServices())
        {
            UnimplementedEndpoints.MapUnknownServices(builder);
        }

        return new GrpcServiceEndpointConventionBuilder(binder.Endpoints);
    }
}
