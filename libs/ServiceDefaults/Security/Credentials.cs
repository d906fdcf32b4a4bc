using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Judges what a call shows.</summary>
internal sealed class Credentials(OwnCalls own, TokenValidator tokens, CertificateClients certificates)
{
    private const string Scheme = "Bearer ";

    /// <summary>Who calls, or why that can't be said; null where the call shows nothing that is looked at.</summary>
    public async ValueTask<ClientVerdict?> JudgeAsync(HttpContext context)
    {
        string? header = context.Request.Headers.Authorization;
        var token = header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) is true
            ? header[Scheme.Length..].Trim()
            : null;
        if (own.IsOwnPort(context.Connection.LocalPort))
        {
            return own.Accepts(token)
                ? ClientVerdict.Known(own.Client)
                : ClientVerdict.Unknown("OWN_PORT", "this port is for calls that the host makes to itself");
        }

        var connection = context.Features.Get<ClientConnection>();
        if (tokens.Enabled && header is not null)
        {
            return token is null
                ? ClientVerdict.Unknown("TOKEN_MALFORMED", "the authorization header holds no bearer token")
                : await tokens.JudgeAsync(token, connection).ConfigureAwait(false);
        }

        return certificates.Enabled ? JudgeCertificate(context, connection) : null;
    }

    /// <summary>What to say to a call that shows nothing.</summary>
    public ErrorDescription Missing() => (tokens.Enabled, certificates.Enabled) switch
    {
        (true, false) => Unknown("TOKEN_MISSING", "the call carries no bearer token, which this host needs"),
        (false, true) => Unknown(
            "CLIENT_CERTIFICATE_MISSING", "the connection has no client certificate, which this host needs"),
        _ => Unknown(
            "CREDENTIALS_MISSING", "the call has neither bearer token nor client certificate; this host needs one"),
    };

    private static ErrorDescription Unknown(string reason, string message) =>
        new(ErrorKind.Unauthenticated, reason, message);

    private ClientVerdict? JudgeCertificate(HttpContext context, ClientConnection? connection)
    {
        if (connection?.Certificate is { } judged)
        {
            return judged;
        }

        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return null;
        }

        var verdict = certificates.Judge(certificate);
        if (connection is not null)
        {
            connection.Certificate = verdict;
        }

        return verdict;
    }
}
