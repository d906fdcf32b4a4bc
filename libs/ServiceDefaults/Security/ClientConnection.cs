using System.Net;
using System.Net.Sockets;
using System.Security.Claims;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>What is known of a connection, and so need not be found out again at each of its calls.</summary>
internal sealed class ClientConnection(string address)
{
    private volatile SeenToken? _token;

    /// <summary>The client's address, as limits go by it.</summary>
    public string Address { get; } = address;

    /// <summary>What the connection's certificate proves, once that was asked.</summary>
    public ClientVerdict? Certificate { get; set; }

    /// <summary>The last token that was found valid on this connection.</summary>
    public SeenToken? Token
    {
        get => _token;
        set => _token = value;
    }

    /// <summary>
    /// A client's address as text; of IPv6 the /64 network, since whoever has one address there has them all.
    /// </summary>
    public static string AddressOf(IPAddress? address)
    {
        if (address is null)
        {
            return "unknown";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(plain))
        {
            return plain.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        plain.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}

/// <summary>A token, whom it names, until when, and the keys that it was checked with.</summary>
internal sealed record SeenToken(string Token, ClaimsPrincipal Client, DateTimeOffset Until, object Keys);
