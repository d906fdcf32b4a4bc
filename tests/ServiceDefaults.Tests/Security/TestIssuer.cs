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
    private readonly ECDsa _p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    public string KeyId { get; init; } = "first";

    /// <summary>The public keys as a JWKS (RFC 7517); those of curves are named by the curve.</summary>
    public string KeySet => KeySetOf(PublicKey(), PublicKey("P-256", _p256), PublicKey("P-384", _p384));

    /// <summary>A key set that tells the private key too.</summary>
    public string PrivateKeySet
    {
        get
        {
            var key = PublicKey();
            key["d"] = Base64Url.EncodeToString(_key.ExportParameters(includePrivateParameters: true).D);
            return KeySetOf(key);
        }
    }

    /// <summary>The bytes that a forger would take for an HMAC secret.</summary>
    public byte[] PublicKeyBytes => _key.ExportSubjectPublicKeyInfo();

    /// <summary>A good token with these claims laid over its own; null removes a claim.</summary>
    public string Token(params (string Claim, JsonNode? Value)[] claims) => Sign("RS256", KeyId, claims);

    public string Sign(string algorithm, string? keyId, params (string Claim, JsonNode? Value)[] claims) =>
        Sign(new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = keyId }, claims);

    public string Sign(JsonObject header, params (string Claim, JsonNode? Value)[] claims)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var payload = new JsonObject
        {
            ["iss"] = Name,
            ["aud"] = Audience,
            ["sub"] = "alice",
            ["exp"] = now + 600,
        };
        foreach (var (claim, value) in claims)
        {
            payload[claim] = value;
            if (value is null)
            {
                payload.Remove(claim);
            }
        }

        var signed = $"{Encode(header.ToJsonString())}.{Encode(payload.ToJsonString())}";
        return $"{signed}.{Signature(header["alg"]!.GetValue<string>(), Encoding.ASCII.GetBytes(signed))}";
    }

    public void Dispose()
    {
        _key.Dispose();
        _p256.Dispose();
        _p384.Dispose();
    }

    private static string KeySetOf(params JsonNode[] keys) =>
        new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString();

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private string Signature(string algorithm, byte[] signed) => algorithm switch
    {
        "none" => "",
        "HS256" => Base64Url.EncodeToString(HMACSHA256.HashData(PublicKeyBytes, signed)),
        "RS512" => Base64Url.EncodeToString(
            _key.SignData(signed, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)),
        "PS256" => Base64Url.EncodeToString(
            _key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
        "ES256" => Base64Url.EncodeToString(_p256.SignData(signed, HashAlgorithmName.SHA256)),
        "ES384" => Base64Url.EncodeToString(_p384.SignData(signed, HashAlgorithmName.SHA384)),
        _ => Base64Url.EncodeToString(_key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
    };

    private static JsonObject PublicKey(string curve, ECDsa pair)
    {
        var key = pair.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "EC",
            ["use"] = "sig",
            ["kid"] = curve,
            ["crv"] = curve,
            ["x"] = Base64Url.EncodeToString(key.Q.X),
            ["y"] = Base64Url.EncodeToString(key.Q.Y),
        };
    }

    private JsonObject PublicKey()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = KeyId,
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }
}
