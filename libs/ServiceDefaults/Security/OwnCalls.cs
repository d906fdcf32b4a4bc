using System.Buffers.Text;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// How services of one process call each other once clients must be known: over a port of their own on the loopback
/// interface, with a secret that is made at start, stays in memory, and opens that port only.
/// </summary>
internal sealed class OwnCalls
{
    private readonly byte[] _secret =
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
    private ListenOptions? _listener;

    /// <summary>The process as a client, which may do everything.</summary>
    public ClaimsPrincipal Client { get; } = KnownClient.Create(KnownClient.ByProcess, ["this process"], [], []);

    /// <summary>What calls carry behind "Bearer ".</summary>
    public string Token => Encoding.ASCII.GetString(_secret);

    /// <summary>Where to call, once the server listens; null where it has no such port.</summary>
    public Uri? Address => _listener?.IPEndPoint is { Port: > 0 } bound ? new Uri($"http://{bound}") : null;

    /// <summary>Adds the port.</summary>
    public void Listen(KestrelServerOptions kestrel) => kestrel.Listen(IPAddress.Loopback, 0, listener =>
    {
        listener.Protocols = HttpProtocols.Http2;
        _listener = listener;
    });

    /// <summary>Whether a call came in by this port.</summary>
    public bool IsOwnPort(int port) => _listener?.IPEndPoint?.Port == port;

    /// <summary>Whether a call knows the secret; takes as long for a near miss as for a far one.</summary>
    public bool Accepts(string? token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token ?? ""), _secret);
}
