using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace KoopmanMesh.Interop.Server;

/// <summary>Where the interop server listens, and with what.</summary>
internal sealed class InteropServerOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The TCP port; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Certificate with its private key; null for HTTP/2 without TLS.</summary>
    public X509Certificate2? Certificate { get; init; }
}
