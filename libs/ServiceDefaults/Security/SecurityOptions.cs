namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Who may reach a host, and how it knows them. Every file named here is read again when it changes.</summary>
public sealed class SecurityOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Security";

    /// <summary>Default of <see cref="ReloadInterval"/>: 5 s.</summary>
    public static readonly TimeSpan DefaultReloadInterval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Listen beyond this machine without TLS, for networks that encrypt by themselves. Default: no, and such an
    /// address is refused at start.
    /// </summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>What the host shows its clients. Default: no TLS.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>Which clients are known by their certificates. Default: none.</summary>
    public ClientCertificateOptions ClientCertificates { get; set; } = new();

    /// <summary>Which clients are known by bearer tokens. Default: none.</summary>
    public TokenOptions Tokens { get; set; } = new();

    /// <summary>
    /// What a service demands of clients that are known, by the service's full name, such as
    /// <c>koopmanmesh.run.v1.RunService</c>. Default: nothing more.
    /// </summary>
    public Dictionary<string, AccessRule> Policies { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Answer <c>grpc.health.v1.Health</c> to clients that nobody knows, as probes are. Default: yes.
    /// </summary>
    public bool OpenHealth { get; set; } = true;

    /// <summary>How often files are looked at for changes; more than 0. Default: 5 s.</summary>
    public TimeSpan ReloadInterval { get; set; } = DefaultReloadInterval;

    /// <summary>Whether the host has a way to know its clients, and so refuses those that it doesn't know.</summary>
    internal bool Authenticates => ClientCertificates.Authority is not null || Tokens.Keys is not null;
}

/// <summary>The host's certificate.</summary>
public sealed class TlsOptions
{
    /// <summary>A PEM file: the host's certificate, then those of its intermediate authorities.</summary>
    public string? Certificate { get; set; }

    /// <summary>A PEM file: the certificate's private key, not encrypted.</summary>
    public string? Key { get; set; }
}

/// <summary>Mutual TLS.</summary>
public sealed class ClientCertificateOptions
{
    /// <summary>The value of <see cref="Allow"/> that stands for every certificate of the authority.</summary>
    public const string Any = "*";

    /// <summary>
    /// A PEM file: the authorities whose certificates are trusted, and no others, not the system's either.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>
    /// Whose certificates are accepted: DNS or URI names (subject alternative names), common names, or SHA-256
    /// thumbprints in hexadecimal; <c>*</c> for all of the authority's.
    /// </summary>
    public List<string> Allow { get; set; } = [];
}

/// <summary>Bearer tokens: JSON web tokens with an asymmetric signature.</summary>
public sealed class TokenOptions
{
    /// <summary>Default of <see cref="ClockSkew"/>: 30 s.</summary>
    public static readonly TimeSpan DefaultClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>A JWKS file with the issuer's public keys; a token names its key by <c>kid</c>.</summary>
    public string? Keys { get; set; }

    /// <summary>The <c>iss</c> that tokens must have.</summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> that tokens must have among theirs.</summary>
    public string? Audience { get; set; }

    /// <summary>
    /// Signatures that are accepted: some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512.
    /// Default, when the list is empty: RS256, PS256, ES256, ES384.
    /// </summary>
    public List<string> Algorithms { get; set; } = [];

    /// <summary>How far clocks may be apart, 0 to 5 minutes. Default: 30 s.</summary>
    public TimeSpan ClockSkew { get; set; } = DefaultClockSkew;
}

/// <summary>What a known client needs. Each list that isn't empty must be met.</summary>
public sealed class AccessRule
{
    /// <summary>All of these in the token's <c>scope</c> or <c>scp</c>.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>One of these in the token's <c>roles</c> or <c>role</c>.</summary>
    public List<string> Roles { get; set; } = [];

    /// <summary>One of these as the token's <c>sub</c>, or as a name of the certificate.</summary>
    public List<string> Subjects { get; set; } = [];
}
