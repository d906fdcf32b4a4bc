namespace KoopmanMesh.Interop.Client;

/// <summary>Which server is tested, and how.</summary>
internal sealed record InteropClientOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>PEM file of the certificate authority to trust; null for HTTP/2 without TLS.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>The name to ask for in TLS and :authority; null for <see cref="Host" />.</summary>
    public string? HostOverride { get; init; }

    /// <summary>
    /// Whether the server can tell a compressed request. Where it can't, the probe of the client_compressed cases,
    /// which such a server can't refuse, is left out.
    /// </summary>
    public bool ProbesCompression { get; init; } = true;

    public SoakOptions Soak { get; init; } = new();
}
