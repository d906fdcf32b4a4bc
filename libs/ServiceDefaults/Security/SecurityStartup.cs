using System.Net;
using Grpc.AspNetCore.Server;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// Puts knowing and limiting clients before everything else that a host does with a request, and refuses to start one
/// that would be open by accident.
/// </summary>
internal sealed class SecurityStartup(IOptions<SecurityOptions> security, IOptions<HostingOptions> hosting)
    : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        CheckAddresses(app.ApplicationServices);
        app.UseAuthentication();
        app.UseMiddleware<ClientLimits>();
        next(app);
        CheckPolicies(app.ApplicationServices);
    };

    // Without Hosting:Listen, addresses come from ASPNETCORE_URLS and its like.
    private void CheckAddresses(IServiceProvider services)
    {
        if (hosting.Value.Listen is not null)
        {
            return;
        }

        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (!ListenValidator.MayBeOpen(security.Value)
            && addresses.FirstOrDefault(static a => !BindingAddress.Parse(a).IsLocal()) is { } open)
        {
            throw new OptionsValidationException(
                SecurityOptions.SectionName, typeof(SecurityOptions),
                [ListenValidator.Sentence($"the host is to listen at {open}")]);
        }
    }

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

/// <summary>What an address of the server means.</summary>
internal static class BindingAddressExtensions
{
    public static bool IsLocal(this BindingAddress address) =>
        address.IsUnixPipe
        || address.Host == "localhost"
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
