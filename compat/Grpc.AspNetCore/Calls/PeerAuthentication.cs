using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>What the client's certificate proves, under the names that gRPC gives it.</summary>
internal static class PeerAuthentication
{
    private const string CommonName = "x509_common_name";
    private const string AlternativeName = "x509_subject_alternative_name";

    public static AuthContext Read(ConnectionInfo connection)
    {
        var certificate = connection.ClientCertificate;
        if (certificate is null)
        {
            return new AuthContext(null, []);
        }

        var properties = new Dictionary<string, List<AuthProperty>>();
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames());
        foreach (var name in names)
        {
            Add(properties, AlternativeName, name);
        }

        if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } simple)
        {
            Add(properties, CommonName, simple);
        }

        var identity = properties.ContainsKey(AlternativeName) ? AlternativeName
            : properties.ContainsKey(CommonName) ? CommonName
            : null;
        return new AuthContext(identity, properties);
    }

    private static void Add(Dictionary<string, List<AuthProperty>> properties, string name, string value)
    {
        if (!properties.TryGetValue(name, out var list))
        {
            properties[name] = list = [];
        }

        list.Add(AuthProperty.Create(name, Encoding.UTF8.GetBytes(value)));
    }
}
