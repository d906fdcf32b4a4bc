using System.Globalization;
using System.Net;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// Addresses as <c>Hosting:Listen</c> has them: 127.0.0.1:7070, [::1]:7070, localhost:0, joined by commas.
/// </summary>
internal static class ListenAddresses
{
    /// <summary>Reads them; what can't be read is given back as it is.</summary>
    public static (List<IPEndPoint> Addresses, List<string> Unreadable) Parse(string text)
    {
        List<IPEndPoint> addresses = [];
        List<string> unreadable = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (TryParse(part, out var address))
            {
                addresses.Add(address);
            }
            else
            {
                unreadable.Add(part);
            }
        }

        return (addresses, unreadable);
    }

    /// <summary>Whether only this machine can reach it.</summary>
    public static bool IsLocal(IPEndPoint address) =>
        IPAddress.IsLoopback(address.Address.IsIPv4MappedToIPv6 ? address.Address.MapToIPv4() : address.Address);

    private static bool TryParse(string text, out IPEndPoint address)
    {
        address = new IPEndPoint(IPAddress.Loopback, 0);
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(
            text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        var host = text[..colon];
        if (host == "localhost")
        {
            address.Port = port;
            return true;
        }

        var bracketed = host is ['[', .., ']'];
        if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out var ip)
            || bracketed != host.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        address = new IPEndPoint(ip, port);
        return true;
    }
}
