using KoopmanMesh.ServiceDefaults.Security;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>Where a mesh is, how it is trusted, and how this client makes itself known to it.</summary>
internal sealed record MeshEndpoint(Uri Address)
{
    private const string NameScheme = "dns";

    public ClientSecurityOptions Security { get; init; } = new();

    /// <summary>Whether the address is a name, whose every address takes calls in turn.</summary>
    public bool IsName => Address.Scheme == NameScheme;

    /// <summary>Whether calls go by TLS; a name doesn't tell, but certificates do.</summary>
    public bool IsEncrypted => Address.Scheme == Uri.UriSchemeHttps
        || (IsName && (Security.Authority ?? Security.ClientCertificate) is not null);

    /// <summary>Whether a mesh can be looked for there: http://h:p, https://h:p or dns:///h:p.</summary>
    public static bool IsAddress(Uri uri) => uri.Scheme switch
    {
        "http" or "https" => uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" },
        NameScheme => uri is { Authority: "", Query: "", Fragment: "" }
            && Uri.TryCreate($"http://{uri.AbsolutePath.TrimStart('/')}", UriKind.Absolute, out var target)
            && target is { PathAndQuery: "/", UserInfo: "" },
        _ => false,
    };
}
