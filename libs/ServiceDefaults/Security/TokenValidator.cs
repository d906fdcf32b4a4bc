using System.Security.Claims;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Knows clients by JSON web tokens. No answer and no log entry repeats anything of a token.</summary>
internal sealed class TokenValidator : IDisposable
{
    /// <summary>Asymmetric signatures, all that can be chosen: a host must not hold what could make tokens.</summary>
    public static readonly string[] KnownAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private const string Setting = "Security:Tokens:Keys";

    private static readonly string[] _defaultAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
    ];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly WatchedFiles<TokenValidationParameters>? _parameters;
    private readonly TokenOptions _options;
    private readonly string[] _algorithms;
    private readonly TimeProvider _time;

    public TokenValidator(IOptions<SecurityOptions> options, TimeProvider time, ILogger<TokenValidator> logger)
    {
        (_options, _time) = (options.Value.Tokens, time);
        _algorithms = _options.Algorithms.Count > 0 ? [.. _options.Algorithms] : _defaultAlgorithms;
        if (_options.Keys is { } path)
        {
            _parameters = new WatchedFiles<TokenValidationParameters>(
                [(Setting, path)], contents => Parameters(contents[0], path), options.Value.ReloadInterval, time,
                logger);
        }
    }

    /// <summary>Whether tokens are looked at.</summary>
    public bool Enabled => _parameters is not null;

    /// <summary>Who the token's holder is.</summary>
    /// <param name="token">The token, compact.</param>
    /// <param name="connection">Remembers the last valid token, whose signature is then not checked again.</param>
    public async ValueTask<ClientVerdict> JudgeAsync(string token, ClientConnection? connection)
    {
        var parameters = _parameters!.Current;
        if (connection?.Token is { } seen && ReferenceEquals(seen.Keys, parameters)
            && seen.Until > _time.GetUtcNow() - _options.ClockSkew && seen.Token == token)
        {
            return ClientVerdict.Known(seen.Client);
        }

        if (!TryRead(token, out var parsed))
        {
            return ClientVerdict.Unknown("TOKEN_MALFORMED", "the bearer token is not a signed JSON web token");
        }

        if (!_algorithms.Contains(parsed.Alg, StringComparer.Ordinal))
        {
            return ClientVerdict.Unknown(
                "TOKEN_ALGORITHM",
                $"the bearer token's signature is not of an accepted algorithm ({string.Join(", ", _algorithms)})");
        }

        var result = await _handler.ValidateTokenAsync(parsed, parameters).ConfigureAwait(false);
        if (!result.IsValid)
        {
            return Refusal(result.Exception);
        }

        if (string.IsNullOrEmpty(parsed.Subject))
        {
            return ClientVerdict.Unknown("TOKEN_SUBJECT", "the bearer token has no subject (sub)");
        }

        var client = ClientOf(parsed);
        if (connection is not null)
        {
            connection.Token = new SeenToken(
                token, client, new DateTimeOffset(parsed.ValidTo, TimeSpan.Zero), parameters);
        }

        return ClientVerdict.Known(client);
    }

    /// <summary>Looks at the keys now, not at the next interval only.</summary>
    public void Look() => _parameters?.Look();

    public void Dispose() => _parameters?.Dispose();

    private static bool TryRead(string token, out JsonWebToken parsed)
    {
        try
        {
            parsed = new JsonWebToken(token);

            // What a token calls critical must be understood (RFC 7515, section 4.1.11), and here nothing is.
            return parsed.InnerToken is null && !parsed.IsEncrypted
                && !parsed.TryGetHeaderValue<object>("crit", out _);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException or FormatException)
        {
            parsed = null!;
            return false;
        }
    }

    private static ClaimsPrincipal ClientOf(JsonWebToken token) => KnownClient.Create(
        KnownClient.ByToken,
        [token.Subject],
        Values(token, "scope", "scp").SelectMany(
            static value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        Values(token, "roles", "role"));

    // A claim that is a list comes as one claim for each entry.
    private static IEnumerable<string> Values(JsonWebToken token, params string[] types) =>
        token.Claims.Where(claim => types.Contains(claim.Type, StringComparer.Ordinal)).Select(claim => claim.Value);

    private ClientVerdict Refusal(Exception exception) => exception switch
    {
        SecurityTokenExpiredException =>
            ClientVerdict.Unknown("TOKEN_EXPIRED", "the bearer token has expired; get a new one"),
        SecurityTokenNotYetValidException =>
            ClientVerdict.Unknown("TOKEN_NOT_YET_VALID", "the bearer token is not valid yet; compare the clocks"),
        SecurityTokenNoExpirationException =>
            ClientVerdict.Unknown("TOKEN_EXPIRATION", "the bearer token has no expiry (exp), which is required"),
        SecurityTokenInvalidAudienceException => ClientVerdict.Unknown(
            "TOKEN_AUDIENCE", $"the bearer token is for another audience than '{_options.Audience}'"),
        SecurityTokenInvalidIssuerException => ClientVerdict.Unknown(
            "TOKEN_ISSUER", $"the bearer token is of another issuer than '{_options.Issuer}'"),
        SecurityTokenSignatureKeyNotFoundException => ClientVerdict.Unknown(
            "TOKEN_KEY", "the bearer token names no key (kid) that this host knows"),
        SecurityTokenInvalidSignatureException =>
            ClientVerdict.Unknown("TOKEN_SIGNATURE", "the bearer token's signature does not match its content"),
        _ => ClientVerdict.Unknown("TOKEN_INVALID", "the bearer token is not valid"),
    };

    private TokenValidationParameters Parameters(byte[] content, string path) => new()
    {
        ValidIssuer = _options.Issuer,
        ValidAudience = _options.Audience,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidAlgorithms = _algorithms,
        IssuerSigningKeys = TokenKeys.Read(content, Setting, path),
        TryAllIssuerSigningKeys = false,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ValidateIssuerSigningKey = true,
        ClockSkew = _options.ClockSkew,
        LogValidationExceptions = false,
        IncludeTokenOnFailedValidation = false,
    };
}
