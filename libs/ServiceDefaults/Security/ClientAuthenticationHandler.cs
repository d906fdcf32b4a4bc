using System.Security.Claims;
using System.Text.Encodings.Web;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// Says who calls: by the bearer token if there is one, else by the certificate of the connection. A bad token is
/// refused even where the certificate is good, for it tells that the caller is mistaken. A refusal is logged once, here,
/// and not in three more lines by the base.
/// </summary>
internal sealed class ClientAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    Credentials credentials)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, encoder)
{
    public const string Name = "KoopmanMesh";

    private readonly ILogger _logger = loggers.CreateLogger<ClientAuthenticationHandler>();

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var verdict = await credentials.JudgeAsync(Context).ConfigureAwait(false);
        return verdict switch
        {
            null => AuthenticateResult.NoResult(),
            { Client: { } client } => AuthenticateResult.Success(new AuthenticationTicket(client, Name)),
            _ => AuthenticateResult.Fail(new RefusedClientException(verdict.Refusal!)),
        };
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync().ConfigureAwait(false);
        Refuse(result.Failure is RefusedClientException refused ? refused.Description : credentials.Missing());
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Refuse(AccessRequirement.Refusal(Context));
        return Task.CompletedTask;
    }

    private void Refuse(ErrorDescription error)
    {
        Log.CallRefused(_logger, LogText.Of(Request.Path), error.Reason, LogText.Of(error.Message));
        if (GrpcRefusal.IsGrpc(Request))
        {
            GrpcRefusal.Write(Response, error);
            return;
        }

        Response.StatusCode = error.Kind is ErrorKind.Unauthenticated
            ? StatusCodes.Status401Unauthorized
            : StatusCodes.Status403Forbidden;
        if (error.Kind is ErrorKind.Unauthenticated)
        {
            Response.Headers.WWWAuthenticate = "Bearer";
        }
    }

    private sealed class RefusedClientException(ErrorDescription description) : Exception(description.Message)
    {
        public ErrorDescription Description { get; } = description;
    }
}
