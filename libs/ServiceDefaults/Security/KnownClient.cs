using System.Security.Claims;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Makes principals, the same for certificates and tokens.</summary>
internal static class KnownClient
{
    public const string Subject = "sub";
    public const string Scope = "scope";
    public const string Role = "role";

    public const string ByCertificate = "certificate";
    public const string ByToken = "token";
    public const string ByProcess = "process";

    /// <summary>A client under its names, the first of which its limits go by.</summary>
    public static ClaimsPrincipal Create(
        string by, IReadOnlyList<string> subjects, IEnumerable<string> scopes, IEnumerable<string> roles)
    {
        IEnumerable<Claim> claims =
        [
            .. subjects.Select(static s => new Claim(Subject, s)),
            .. scopes.Select(static s => new Claim(Scope, s)),
            .. roles.Select(static r => new Claim(Role, r)),
        ];
        return new ClaimsPrincipal(new ClaimsIdentity(claims, by, Subject, Role)
        {
            Label = $"{by}:{subjects[0]}",
        });
    }

    /// <summary>What limits go by, or null for a client that nobody knows.</summary>
    public static string? KeyOf(ClaimsPrincipal principal) =>
        principal.Identity is ClaimsIdentity { IsAuthenticated: true, Label: { } key } ? key : null;

    /// <summary>Whether the client is this very process.</summary>
    public static bool IsThisProcess(ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true, AuthenticationType: ByProcess };
}
