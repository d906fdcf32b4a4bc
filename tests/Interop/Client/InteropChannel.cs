using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace KoopmanMesh.Interop.Client;

/// <summary>Makes channels to the server under test.</summary>
internal static class InteropChannel
{
    public static GrpcChannel Create(InteropClientOptions options)
    {
        var scheme = options.CertificateAuthority is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        var address = new UriBuilder(scheme, options.HostOverride ?? options.Host, options.Port).Uri;
        return options is { CertificateAuthority: null, HostOverride: null }
            ? GrpcChannel.ForAddress(address)
            : GrpcChannel.ForAddress(
                address, new GrpcChannelOptions { HttpHandler = CreateHandler(options), DisposeHttpClient = true });
    }

    private static SocketsHttpHandler CreateHandler(InteropClientOptions options)
    {
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        if (options.CertificateAuthority is { } file)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustOnly(file) };
        }

        if (options.HostOverride is not null)
        {
            handler.ConnectCallback = (_, token) => ConnectAsync(options.Host, options.Port, token);
        }

        return handler;
    }

    private static X509ChainPolicy TrustOnly(string file)
    {
        // A test's authority publishes no revocations.
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }

    private static async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
