using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// The word that the sidecar says with each call of the application, where APP_API_TOKEN sets one. It is compared in
/// constant time.
/// </summary>
internal sealed class AppToken(IConfiguration configuration)
{
    private const string Header = "dapr-api-token";

    private readonly byte[]? _expected =
        configuration["APP_API_TOKEN"] is { Length: > 0 } token ? Hash(token) : null;

    internal bool Admits(HttpRequest request) => _expected is null
        || CryptographicOperations.FixedTimeEquals(_expected, Hash(request.Headers[Header].ToString()));

    // Of one length, whatever comes.
    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
