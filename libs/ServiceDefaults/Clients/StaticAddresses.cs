using System.Diagnostics.CodeAnalysis;
using Grpc.Net.Client.Balancer;

namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>Targets that name their servers: <c>static:///127.0.0.1:5001,127.0.0.1:5002</c>.</summary>
public static class StaticAddresses
{
    /// <summary>The scheme of such targets.</summary>
    public const string Scheme = "static";

    /// <summary>Resolves them for a channel.</summary>
    public static StaticResolverFactory CreateResolver() => new(static target =>
        TryParse(target, out var servers)
            ? servers
            : throw new ArgumentException(
                $"'{target}' has no list of servers, expected one like static:///host:port,host:port", nameof(target)));

    /// <summary>Reads a target; false where it isn't one, or a server has no port.</summary>
    public static bool TryParse(Uri target, [NotNullWhen(true)] out IReadOnlyList<BalancerAddress>? servers)
    {
        ArgumentNullException.ThrowIfNull(target);
        servers = null;
        if (!target.IsAbsoluteUri || target is not { Scheme: Scheme, Authority: "", Query: "", Fragment: "" })
        {
            return false;
        }

        List<BalancerAddress> read = [];
        foreach (var part in Uri.UnescapeDataString(target.AbsolutePath).TrimStart('/').Split(','))
        {
            if (!TryParse(part, out var server))
            {
                return false;
            }

            read.Add(server);
        }

        servers = read;
        return true;
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out BalancerAddress? server)
    {
        // A port that is left out would be guessed as that of the web.
        server = Uri.TryCreate($"tcp://{text}", UriKind.Absolute, out var uri)
            && uri is { Port: > 0, PathAndQuery: "" or "/", UserInfo: "", Host.Length: > 0 }
            ? new BalancerAddress(uri.IdnHost, uri.Port)
            : null;
        return server is not null;
    }
}
