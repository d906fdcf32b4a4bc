using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Certificates and keys as PEM files hold them.</summary>
internal static class Pem
{
    /// <summary>All certificates of a file, at least one.</summary>
    public static X509Certificate2Collection Certificates(byte[] content, string setting, string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Encoding.UTF8.GetString(content));
        }
        catch (CryptographicException e)
        {
            throw new SecurityFileException(setting, path, "which holds a certificate that is malformed", e);
        }

        return certificates.Count > 0
            ? certificates
            : throw new SecurityFileException(setting, path, "which holds no PEM certificate");
    }

    /// <summary>The first certificate of a file with its key from another, then the other certificates.</summary>
    public static (X509Certificate2 Own, X509Certificate2Collection Others) Pair(
        IReadOnlyList<byte[]> contents, (string Setting, string Path) certificate, (string Setting, string Path) key)
    {
        var chain = Certificates(contents[0], certificate.Setting, certificate.Path);
        try
        {
            var own = X509Certificate2.CreateFromPem(
                chain[0].ExportCertificatePem(), Encoding.UTF8.GetString(contents[1]));
            chain.RemoveAt(0);
            return (own, chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new SecurityFileException(
                key.Setting, key.Path,
                $"which does not hold the unencrypted PEM key of the certificate in '{certificate.Path}'", e);
        }
    }
}
