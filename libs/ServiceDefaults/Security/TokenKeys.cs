using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Reads key sets, so that a key which can't be used is told at once and not to the first caller.</summary>
internal static class TokenKeys
{
    // RFC 7518, section 3.3.
    private const int LeastRsaBits = 2048;

    /// <summary>The keys for signatures, at least one, all of them public.</summary>
    /// <exception cref="SecurityFileException">It is no key set, or has a key that must not be there.</exception>
    public static List<SecurityKey> Read(byte[] content, string setting, string path)
    {
        try
        {
            var set = new JsonWebKeySet(Encoding.UTF8.GetString(content));
            var signing = set.Keys.Where(static key => key.Use is null or "" or "sig").ToList();
            if (signing.Select(ProblemOf).FirstOrDefault(static problem => problem is not null) is { } problem)
            {
                throw new SecurityFileException(setting, path, $"which holds {problem}");
            }

            return signing.Count > 0 && signing.TrueForAll(static key => !string.IsNullOrEmpty(key.Kid))
                ? [.. signing]
                : throw new SecurityFileException(
                    setting, path, "which must hold at least one key for signatures, each with a kid");
        }
        catch (Exception e) when (e is ArgumentException or System.Text.Json.JsonException)
        {
            throw new SecurityFileException(setting, path, "which is not a JSON web key set (JWKS)", e);
        }
    }

    private static string? ProblemOf(JsonWebKey key)
    {
        if (key.Kty is not (JsonWebAlgorithmsKeyTypes.RSA or JsonWebAlgorithmsKeyTypes.EllipticCurve))
        {
            return $"a key of type '{key.Kty}', expected RSA and EC keys only";
        }

        if ((key.D ?? key.P ?? key.Q ?? key.DP ?? key.DQ ?? key.QI ?? key.K) is not null)
        {
            return $"the private part of the key '{key.Kid}', by which tokens can be made; expected public keys only";
        }

        try
        {
            return key.Kty is JsonWebAlgorithmsKeyTypes.RSA ? ProblemOfRsa(key) : ProblemOfCurve(key);
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException
            or NotSupportedException)
        {
            return $"the key '{key.Kid}', which is malformed";
        }
    }

    private static string? ProblemOfRsa(JsonWebKey key)
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64UrlEncoder.DecodeBytes(key.N),
            Exponent = Base64UrlEncoder.DecodeBytes(key.E),
        });
        return rsa.KeySize >= LeastRsaBits
            ? null
            : $"the key '{key.Kid}' of {rsa.KeySize} bits, expected at least {LeastRsaBits}";
    }

    private static string? ProblemOfCurve(JsonWebKey key)
    {
        using var point = ECDsa.Create(new ECParameters
        {
            Curve = key.Crv switch
            {
                JsonWebKeyECTypes.P256 => ECCurve.NamedCurves.nistP256,
                JsonWebKeyECTypes.P384 => ECCurve.NamedCurves.nistP384,
                JsonWebKeyECTypes.P521 => ECCurve.NamedCurves.nistP521,
                _ => throw new NotSupportedException(),
            },
            Q = new() { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) },
        });
        return null;
    }
}
