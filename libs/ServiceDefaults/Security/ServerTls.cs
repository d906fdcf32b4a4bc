using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>How each new connection is encrypted: with the certificates that the files hold by then.</summary>
internal sealed class ServerTls : IDisposable
{
    private static readonly List<SslApplicationProtocol> _protocols = [SslApplicationProtocol.Http2];

    private readonly WatchedFiles<SslStreamCertificateContext> _certificate;
    private readonly WatchedFiles<X509Certificate2Collection>? _authorities;

    public ServerTls(IOptions<SecurityOptions> options, TimeProvider time, ILogger<ServerTls> logger)
    {
        var security = options.Value;
        (string Setting, string Path) certificate = ("Security:Tls:Certificate", security.Tls.Certificate!);
        (string Setting, string Path) key = ("Security:Tls:Key", security.Tls.Key!);
        _certificate = new WatchedFiles<SslStreamCertificateContext>(
            [certificate, key], contents => Context(contents, certificate, key), security.ReloadInterval, time, logger);
        if (security.ClientCertificates.Authority is { } path)
        {
            const string Setting = "Security:ClientCertificates:Authority";
            _authorities = new WatchedFiles<X509Certificate2Collection>(
                [(Setting, path)], contents => Pem.Certificates(contents[0], Setting, path), security.ReloadInterval,
                time, logger);
        }
    }

    /// <summary>
    /// What a handshake is done with. A client may come without a certificate, and is then known by its token or not
    /// at all; one with a certificate that the authority did not sign goes no further.
    /// </summary>
    public ValueTask<SslServerAuthenticationOptions> OnConnection(TlsHandshakeCallbackContext context)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _certificate.Current,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = _protocols,
            AllowRenegotiation = false,
        };
        if (_authorities is not null)
        {
            options.ClientCertificateRequired = true;

            // A resumed session would be of an authority that may have gone since.
            options.AllowTlsResume = false;
            options.CertificateChainPolicy = TrustOnly(_authorities.Current);
            options.RemoteCertificateValidationCallback = static (_, certificate, _, errors) =>
                certificate is null || errors == SslPolicyErrors.None;
        }

        return ValueTask.FromResult(options);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _authorities?.Dispose();
    }

    /// <summary>Looks at the files now, not at the next interval only.</summary>
    public void Look()
    {
        _certificate.Look();
        _authorities?.Look();
    }

    /// <summary>Trusts these authorities and none of the system's.</summary>
    internal static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static SslStreamCertificateContext Context(
        IReadOnlyList<byte[]> contents, (string Setting, string Path) certificate, (string Setting, string Path) key)
    {
        var (own, others) = Pem.Pair(contents, certificate, key);
        return SslStreamCertificateContext.Create(own, others, offline: true);
    }
}
