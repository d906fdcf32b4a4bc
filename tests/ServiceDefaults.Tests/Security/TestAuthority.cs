using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KoopmanMesh.ServiceDefaults.Tests.Support;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

/// <summary>A certificate authority that lives as long as a test, and the PEM files that it hands out.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _root;
    private int _issued;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(_now.AddDays(-1), _now.AddDays(1));
        File = Write("authority.pem", _root.ExportCertificatePem());
    }

    /// <summary>The authority's own certificate.</summary>
    public string File { get; }

    /// <summary>A certificate of localhost and 127.0.0.1.</summary>
    public PemPair Server() => Issue("CN=server", ForServers, names =>
    {
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
    });

    /// <summary>A certificate of a client.</summary>
    public PemPair Client(string common, string? dns = null, string? uri = null) =>
        Issue($"CN={common}", ForClients, names =>
        {
            if (dns is not null)
            {
                names.AddDnsName(dns);
            }

            if (uri is not null)
            {
                names.AddUri(new Uri(uri));
            }
        });

    public string Write(string name, string content)
    {
        var path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    private PemPair Issue(string subject, string usage, Action<SubjectAlternativeNameBuilder> name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        name(names);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using var certificate = request.Create(
            _root, _now.AddHours(-1), _now.AddHours(1), BitConverter.GetBytes(++_issued));
        return new PemPair(
            Write($"{_issued}.crt", certificate.ExportCertificatePem()),
            Write($"{_issued}.key", key.ExportPkcs8PrivateKeyPem()),
            certificate.GetCertHashString(HashAlgorithmName.SHA256));
    }
}

/// <summary>Two files and what the certificate is known by.</summary>
internal sealed record PemPair(string Certificate, string Key, string Thumbprint);
