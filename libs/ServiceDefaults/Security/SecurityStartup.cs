using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// Puts knowing and limiting clients before everything else that a host does with a request.
/// </summary>
internal sealed class SecurityStartup(IOptions<SecurityOptions> security) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseAuthentication();
        app.UseMiddleware<ClientLimits>();
        next(app);
        CheckPolicies(app.ApplicationServices);
    };

    // A rule for a service that isn't there protects nothing: it is more likely a slip than an intention.
    private void CheckPolicies(IServiceProvider services)
    {
        var served = services.GetServices<EndpointDataSource>().SelectMany(static source => source.Endpoints)
            .Select(static endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName)
            .OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var unknown = security.Value.Policies.Keys.Where(name => !served.Contains(name)).ToList();
        if (unknown.Count > 0)
        {
            throw new OptionsValidationException(
                SecurityOptions.SectionName, typeof(SecurityOptions),
                [
                    .. unknown.Select(name => $"Security:Policies has '{name}', which this host does not serve; it "
                        + $"serves {string.Join(", ", served.Order(StringComparer.Ordinal))}"),
                ]);
        }
    }
}
