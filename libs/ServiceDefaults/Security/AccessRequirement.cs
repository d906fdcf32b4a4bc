using System.Security.Claims;
using Grpc.AspNetCore.Server;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// Whether a known client may call a service. The service is the one that the request was routed to, not what its path
/// spells; a request that no service takes needs a known client too.
/// </summary>
internal sealed class AccessRequirement(IOptions<SecurityOptions> options, OwnCalls own)
    : AuthorizationHandler<AccessRequirement>, IAuthorizationRequirement
{
    private const string Health = "grpc.health.v1.Health";

    /// <summary>What to say to a known client that may not.</summary>
    public static ErrorDescription Refusal(HttpContext context)
    {
        var requirement = context.RequestServices.GetRequiredService<AccessRequirement>();
        var service = ServiceOf(context);
        var lacks = service is null ? null : requirement.Lacks(service, context.User);
        return new ErrorDescription(
            ErrorKind.PermissionDenied,
            "ACCESS_DENIED",
            $"'{context.User.Identity?.Name}' may not call {service ?? "this"}, which needs {lacks ?? "more rights"}")
        {
            ResourceType = "service",
            ResourceName = service,
        };
    }

    /// <summary>The full name of the service that takes a request, or null.</summary>
    internal static string? ServiceOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName;

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        if (context.Resource is HttpContext http && May(http, context.User))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    private bool May(HttpContext http, ClaimsPrincipal client)
    {
        var service = ServiceOf(http);
        if (KnownClient.IsThisProcess(client) || (options.Value.OpenHealth && service == Health))
        {
            return true;
        }

        return client.Identity is { IsAuthenticated: true }
            ? service is null || Lacks(service, client) is null
            : !options.Value.Authenticates && !own.IsOwnPort(http.Connection.LocalPort);
    }

    /// <summary>What a client lacks for a service, in words; null when nothing.</summary>
    private string? Lacks(string service, ClaimsPrincipal client)
    {
        if (!options.Value.Policies.TryGetValue(service, out var rule))
        {
            return null;
        }

        if (rule.Scopes.Find(scope => !client.HasClaim(KnownClient.Scope, scope)) is { } missing)
        {
            return $"the scope '{missing}'";
        }

        if (rule.Roles.Count > 0 && !rule.Roles.Exists(role => client.HasClaim(KnownClient.Role, role)))
        {
            return $"one of the roles {string.Join(", ", rule.Roles)}";
        }

        return rule.Subjects.Count > 0 && !rule.Subjects.Exists(s => client.HasClaim(KnownClient.Subject, s))
            ? "to be on the list of its callers"
            : null;
    }
}
