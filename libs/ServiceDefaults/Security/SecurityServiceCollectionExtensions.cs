using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Registers who may reach a host and what they may take of it.</summary>
internal static class SecurityServiceCollectionExtensions
{
    /// <summary>Adds what a host needs to know and limit its clients.</summary>
    public static IServiceCollection AddHostSecurity(this IServiceCollection services)
    {
        services.AddOptions<SecurityOptions>().BindConfiguration(SecurityOptions.SectionName).ValidateOnStart();
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LimitOptions>, LimitOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HostingOptions>, ListenValidator>());
        services.AddMeshSecurity();
        services.TryAddSingleton<ServerTls>();
        services.TryAddSingleton<TokenValidator>();
        services.TryAddSingleton<CertificateClients>();
        services.TryAddSingleton<Credentials>();
        services.AddHostedService<CredentialsCheck>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>, Listeners>());
        services.AddAuthentication(ClientAuthenticationHandler.Name)
            .AddScheme<AuthenticationSchemeOptions, ClientAuthenticationHandler>(
                ClientAuthenticationHandler.Name, null);
        AddAccess(services);
        services.TryAddEnumerable(ServiceDescriptor.Transient<IStartupFilter, SecurityStartup>());
        return services;
    }

    /// <summary>Adds how services call each other.</summary>
    public static IServiceCollection AddMeshSecurity(this IServiceCollection services)
    {
        services.AddOptions<ClientSecurityOptions>()
            .BindConfiguration(ClientSecurityOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ClientSecurityOptions>, ClientSecurityOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<OwnCalls>();
        services.TryAddSingleton<MeshSecurity>();
        return services;
    }

    private static void AddAccess(IServiceCollection services)
    {
        services.AddAuthorization();
        services.TryAddSingleton<AccessRequirement>();
        services.AddSingleton<IAuthorizationHandler>(static s => s.GetRequiredService<AccessRequirement>());
        services.AddOptions<AuthorizationOptions>().Configure<AccessRequirement, IOptions<SecurityOptions>>(
            static (authorization, requirement, security) =>
            {
                if (security.Value.Authenticates || security.Value.Tls.Certificate is not null)
                {
                    authorization.FallbackPolicy = new AuthorizationPolicy(
                        [requirement], [ClientAuthenticationHandler.Name]);
                }
            });
    }
}
