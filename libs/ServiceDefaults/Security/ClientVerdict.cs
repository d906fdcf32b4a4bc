using System.Security.Claims;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Who a client is, or why that can't be said.</summary>
internal sealed record ClientVerdict(ClaimsPrincipal? Client, ErrorDescription? Refusal)
{
    public static ClientVerdict Known(ClaimsPrincipal client) => new(client, null);

    public static ClientVerdict Unknown(string reason, string message) =>
        new(null, new ErrorDescription(ErrorKind.Unauthenticated, reason, message));

    public static ClientVerdict Denied(string reason, string message) =>
        new(null, new ErrorDescription(ErrorKind.PermissionDenied, reason, message));
}
