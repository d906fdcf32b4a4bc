using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

/// <summary>Signs tokens as RFC 7515 and RFC 7519 say, by hand, so that wrong ones can be made too.</summary>
internal sealed class TestIssuer : IDisposable
{
    public const string Name = "https://issuer.test";
    public const string Audience = "koopmanmesh";

    private readonly RSA _key = RSA.Create(2048);

    public string KeyId { get; init; } = "first";

    /// <summary>The public key as a JWKS (RFC 7517).</summary>
    public string KeySet => new JsonObject { ["keys"] = new JsonArray(PublicKey()) }.ToJsonString();

    /// <summary>The bytes that a forger would take for an HMAC secret.</summary>
    public byte[] PublicKeyBytes => _key.ExportSubjectPublicKeyInfo();

    /// <summary>A good token with these claims laid over its own; null removes a claim.</summary>
    public string Token(params (string Claim, JsonNode? Value)[] claims) => Sign("RS256", KeyId, claims);

    public string Sign(string algorithm, string? keyId, params (string Claim, JsonNode? Value)[] claims)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var payload = new JsonObject
        {
            ["iss"] = Name, ["aud"] = Audience, ["sub"] = "alice", ["exp"] = now + 600,
        };
        foreach (var (claim, value) in claims)
        {
            payload[claim] = value;
            if (value is null)
            {
                payload.Remove(claim);
            }
        }

        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = keyId };
        var signed = $"{Encode(header.ToJsonString())}.{Encode(payload.ToJsonString())}";
        return $"{signed}.{Signature(algorithm, Encoding.ASCII.GetBytes(signed))}";
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private string Signature(string algorithm, byte[] signed) => algorithm switch
    {
        "none" => "",
        "HS256" => Base64Url.EncodeToString(HMACSHA256.HashData(PublicKeyBytes, signed)),
        "RS512" => Base64Url.EncodeToString(
            _key.SignData(signed, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)),
        _ => Base64Url.EncodeToString(_key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
    };

    private JsonObject PublicKey()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA", ["use"] = "sig", ["kid"] = KeyId,
            ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }
}
