using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Knows clients by certificates that the handshake has found to be of the authority.</summary>
internal sealed class CertificateClients(IOptions<SecurityOptions> options)
{
    private const string AlternativeNames = "2.5.29.17";
    private const string CommonName = "2.5.4.3";
    private static readonly Asn1Tag _dnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag _uri = new(TagClass.ContextSpecific, 6);

    private readonly bool _allowsAny = options.Value.ClientCertificates.Allow.Contains(ClientCertificateOptions.Any);
    private readonly HashSet<string> _allowed =
        new(options.Value.ClientCertificates.Allow.Select(Normal), StringComparer.Ordinal);

    /// <summary>Whether certificates are asked for.</summary>
    public bool Enabled { get; } = options.Value.ClientCertificates.Authority is not null;

    /// <summary>Who the certificate's holder is, if the list has one of its names.</summary>
    public ClientVerdict Judge(X509Certificate2 certificate)
    {
        var names = NamesOf(certificate);
        var allowed = names.Find(name => _allowed.Contains(Normal(name)));
        if (allowed is null && !_allowsAny)
        {
            return ClientVerdict.Denied(
                "CLIENT_CERTIFICATE_NOT_ALLOWED",
                $"the client certificate of '{names[0]}' is not on this host's list of allowed clients");
        }

        var first = allowed ?? names[0];
        return ClientVerdict.Known(KnownClient.Create(
            KnownClient.ByCertificate, [first, .. names.Where(name => name != first)], [], []));
    }

    /// <summary>URI and DNS names, the common name, and the thumbprint, which every certificate has.</summary>
    internal static List<string> NamesOf(X509Certificate2 certificate)
    {
        List<string> names = [];
        foreach (var extension in certificate.Extensions.Where(static e => e.Oid?.Value == AlternativeNames))
        {
            ReadAlternativeNames(extension.RawData, names);
        }

        if (CommonNameOf(certificate) is { Length: > 0 } common && IsPlain(common))
        {
            names.Add(common);
        }

        names.RemoveAll(static name => IsThumbprint(name));
        names.Add(certificate.GetCertHashString(HashAlgorithmName.SHA256));
        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    // .NET reads DNS names and addresses only, and meshes of services name workloads by URIs (SPIFFE).
    private static void ReadAlternativeNames(byte[] extension, List<string> names)
    {
        var sequence = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            if (tag.HasSameClassAndValue(_uri))
            {
                names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            }
            else if (tag.HasSameClassAndValue(_dnsName))
            {
                if (sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag) is var dns && IsPlain(dns))
                {
                    names.Add(dns);
                }
            }
            else
            {
                sequence.ReadEncodedValue();
            }
        }
    }

    // DNS names know no case; of a thumbprint neither case nor colons matter. A URI stays as it is.
    private static string Normal(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return name;
        }

        return (IsThumbprint(name) ? Hex(name) : name).ToUpperInvariant();
    }

    // One name, that of the subject itself: of several nobody can say which the authority looked at.
    private static string? CommonNameOf(X509Certificate2 certificate)
    {
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(static part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
            .ToList();
        return names is [var only] ? only.GetSingleElementValue() : null;
    }

    // A kind of name must not pass for another, which its authority may have checked better: a common name that reads
    // like a URI, or anything that reads like a thumbprint.
    private static bool IsPlain(string name) => name.AsSpan().IndexOfAny('/', ':') < 0;

    private static bool IsThumbprint(string name) =>
        Hex(name) is { Length: 64 } hex && hex.All(char.IsAsciiHexDigit);

    private static string Hex(string name) => name.Replace(":", "", StringComparison.Ordinal);
}
