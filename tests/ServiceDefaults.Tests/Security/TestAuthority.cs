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
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
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

    /// <summary>A certificate of a client with any subject, no other names, and any time.</summary>
    public PemPair Client(X500DistinguishedName subject, TimeSpan from, TimeSpan until) => Issue(
        new Issued(_root, subject, ForClients) { From = from, Until = until }, static _ => { });

    /// <summary>
    /// A certificate that another one of this authority signed, which stands behind it in the file; the other is an
    /// authority itself or, if that is false, has no right to sign.
    /// </summary>
    public PemPair Behind(string common, bool authority, bool server = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Between", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        using var certificate = request.Create(
            _root, _now.AddHours(-2), _now.AddHours(2), BitConverter.GetBytes(++_issued));
        using var between = certificate.CopyWithPrivateKey(key);
        var subject = new X500DistinguishedName($"CN={common}");
        var pair = Issue(
            new Issued(between, subject, server ? ForServers : ForClients),
            static names => names.AddIpAddress(IPAddress.Loopback));
        System.IO.File.AppendAllText(pair.Certificate, "\n" + between.ExportCertificatePem());
        return pair with { Issuer = between.ExportCertificatePem() };
    }

    /// <summary>A certificate that nobody but itself vouches for.</summary>
    public PemPair SelfSigned(string common)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={common}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(_now.AddHours(-1), _now.AddHours(1));
        return Pair(certificate, key);
    }

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

    private PemPair Issue(string subject, string usage, Action<SubjectAlternativeNameBuilder> name) =>
        Issue(new Issued(_root, new X500DistinguishedName(subject), usage), name);

    private PemPair Issue(Issued issued, Action<SubjectAlternativeNameBuilder> name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(issued.Subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        name(names);
        if (names.Build() is { RawData.Length: > 2 } some)
        {
            request.CertificateExtensions.Add(some);
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(issued.Usage)], false));
        using var certificate = request.Create(
            issued.By.SubjectName, X509SignatureGenerator.CreateForECDsa(issued.By.GetECDsaPrivateKey()!),
            _now + issued.From, _now + issued.Until, BitConverter.GetBytes(++_issued));
        return Pair(certificate, key);
    }

    private PemPair Pair(X509Certificate2 certificate, ECDsa key)
    {
        var name = certificate.SerialNumber;
        return new PemPair(
            Write($"{name}.crt", certificate.ExportCertificatePem()),
            Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()),
            certificate.GetCertHashString(HashAlgorithmName.SHA256));
    }

    private sealed record Issued(X509Certificate2 By, X500DistinguishedName Subject, string Usage)
    {
        public TimeSpan From { get; init; } = TimeSpan.FromHours(-1);

        public TimeSpan Until { get; init; } = TimeSpan.FromHours(1);
    }
}

/// <summary>Two files and what the certificate is known by.</summary>
internal sealed record PemPair(string Certificate, string Key, string Thumbprint)
{
    /// <summary>The certificate that signed it, as PEM, where that is not the authority's own.</summary>
    public string? Issuer { get; init; }
}
