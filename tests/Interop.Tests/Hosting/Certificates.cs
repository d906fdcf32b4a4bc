using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KoopmanMesh.Interop.Tests.Hosting;

/// <summary>An authority and a server's certificate for 127.0.0.1, made for one test class and gone with it.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interop-").FullName;

    public Certificates()
    {
        var begin = TimeProvider.System.GetUtcNow().AddHours(-1);
        var end = begin.AddDays(1);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest(
            "CN=Interop test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = authorityRequest.CreateSelfSigned(begin, end);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        serverRequest.CertificateExtensions.Add(names.Build());
        serverRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var server = serverRequest.Create(authority, begin, end, [1]);

        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        File.WriteAllText(CertificateFile, server.ExportCertificatePem());
        File.WriteAllText(KeyFile, serverKey.ExportPkcs8PrivateKeyPem());
    }

    public string AuthorityFile => Path.Combine(_folder, "ca.pem");

    public string CertificateFile => Path.Combine(_folder, "server.pem");

    public string KeyFile => Path.Combine(_folder, "server.key");

    public X509Certificate2 LoadServer() => X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
