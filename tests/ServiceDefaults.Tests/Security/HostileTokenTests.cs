using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Security;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

/// <summary>Tokens and key sets that someone made on purpose.</summary>
public sealed class HostileTokenTests : IDisposable
{
    private const int Seed = 6;

    private readonly TemporaryFolder _folder = new();
    private readonly TestIssuer _issuer = new();

    private string Keys => Path.Combine(_folder.Path, "keys.json");

    public void Dispose()
    {
        _issuer.Dispose();
        _folder.Dispose();
    }

    // RFC 7518, section 3.1.
    [Theory]
    [InlineData("RS256", "first")]
    [InlineData("PS256", "first")]
    [InlineData("ES256", "P-256")]
    [InlineData("ES384", "P-384")]
    public async Task Token_OfEveryDefaultAlgorithm_IsKnown(string algorithm, string key)
    {
        using var validator = Validator();

        Assert.Equal("alice", await NameAsync(validator, _issuer.Sign(algorithm, key)));
    }

    [Theory]
    [InlineData("ES256", "first")]
    [InlineData("ES256", "P-384")]
    [InlineData("RS256", "P-256")]
    [InlineData("PS256", "P-256")]
    [InlineData("RS256", "../../first")]
    [InlineData("RS256", "FIRST")]
    [InlineData("RS256", "first\0")]
    public async Task Token_WhoseKeyIsOfAnotherKindOrName_IsRefused(string algorithm, string key)
    {
        using var validator = Validator();

        var verdict = await validator.JudgeAsync(_issuer.Sign(algorithm, key), null);

        Assert.Null(verdict.Client);
        Assert.Equal(ErrorKind.Unauthenticated, verdict.Refusal!.Kind);
        Assert.Contains(verdict.Refusal.Reason, new[] { "TOKEN_KEY", "TOKEN_SIGNATURE", "TOKEN_INVALID" });
    }

    // RFC 7515, section 4.1.11: what a token says is critical must be understood, and here nothing is.
    [Fact]
    public async Task Token_WithACriticalExtension_IsRefused()
    {
        using var validator = Validator();
        var header = new JsonObject
        {
            ["alg"] = "RS256",
            ["kid"] = "first",
            ["crit"] = new JsonArray("bound-to"),
            ["bound-to"] = "someone",
        };

        var verdict = await validator.JudgeAsync(_issuer.Sign(header), null);

        Assert.Equal("TOKEN_MALFORMED", verdict.Refusal?.Reason);
    }

    // The token brings the key, or says where it is to be had; both are signed with a key that is not the issuer's.
    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task Token_ThatBringsItsOwnKey_IsRefused(string how)
    {
        using var validator = Validator();
        using var forger = new TestIssuer { KeyId = "forged" };
        var key = JsonNode.Parse(forger.KeySet)!["keys"]![0]!.DeepClone();
        var header = new JsonObject
        {
            ["alg"] = "RS256",
            ["kid"] = "first",
            [how] = how == "jwk" ? key : "https://forger.test/keys",
        };

        var verdict = await validator.JudgeAsync(forger.Sign(header), null);

        Assert.Equal("TOKEN_SIGNATURE", verdict.Refusal?.Reason);
    }

    // RFC 7519, sections 4.1.1 and 4.1.3: names are compared character by character.
    [Theory]
    [InlineData("aud", "koopmanmesh/", "TOKEN_AUDIENCE")]
    [InlineData("aud", "KoopmanMesh", "TOKEN_AUDIENCE")]
    [InlineData("iss", "https://issuer.test/", "TOKEN_ISSUER")]
    [InlineData("iss", "https://ISSUER.test", "TOKEN_ISSUER")]
    public async Task Token_ForANameThatIsAlmostTheRightOne_IsRefused(string claim, string value, string reason)
    {
        using var validator = Validator();

        var verdict = await validator.JudgeAsync(_issuer.Token((claim, value)), null);

        Assert.Equal(reason, verdict.Refusal?.Reason);
    }

    [Theory]
    [InlineData("253402300799")]
    [InlineData("9223372036854775807")]
    [InlineData("1e300")]
    public async Task Token_ThatExpiresAtTheEndOfTime_IsJudgedLikeAnyOther(string expiry)
    {
        using var validator = Validator();

        var verdict = await validator.JudgeAsync(
            _issuer.Token(("exp", JsonNode.Parse(expiry))), new ClientConnection("10.0.0.1"));

        Assert.True(verdict.Client is not null || verdict.Refusal!.Kind is ErrorKind.Unauthenticated);
    }

    [Theory]
    [InlineData("exp", "\"soon\"")]
    [InlineData("exp", "[1]")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "{}")]
    [InlineData("nbf", "\"soon\"")]
    [InlineData("nbf", "1e300")]
    [InlineData("sub", "[\"alice\"]")]
    [InlineData("sub", "{\"name\":\"alice\"}")]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "true")]
    [InlineData("iss", "[\"https://issuer.test\"]")]
    [InlineData("aud", "{}")]
    public async Task Token_WithAClaimOfAnotherType_IsRefused(string claim, string value)
    {
        using var validator = Validator();

        var verdict = await validator.JudgeAsync(
            _issuer.Token((claim, JsonNode.Parse(value))), new ClientConnection("10.0.0.1"));

        Assert.Null(verdict.Client);
        Assert.Equal(ErrorKind.Unauthenticated, verdict.Refusal!.Kind);
    }

    [Fact]
    public async Task Token_ChangedAnywhere_IsRefusedAndNeverThrows()
    {
        using var validator = Validator();
        var random = new Random(Seed);
        var good = _issuer.Token(("scope", "a b"));
        for (var i = 0; i < 2000; i++)
        {
            var verdict = await validator.JudgeAsync(Changed(good, random), null);

            Assert.Null(verdict.Client);
            Assert.Equal(ErrorKind.Unauthenticated, verdict.Refusal!.Kind);
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{", "}")]
    [InlineData("{\"alg\":", "}")]
    [InlineData("{\"alg\":\"RS256\",\"kid\":\"first\",\"deep\":", "}")]
    public async Task Token_WithAHeaderOfAnything_IsRefusedAndNeverThrows(string before, string after)
    {
        using var validator = Validator();
        foreach (var middle in new[]
        {
            "", "null", "1", "[]", "\"\\ud800\"", new string('[', 5000) + new string(']', 5000),
            new string('a', 20_000),
        })
        {
            var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(before + middle + after));

            var verdict = await validator.JudgeAsync($"{header}.e30.c2ln", null);

            Assert.Equal(ErrorKind.Unauthenticated, verdict.Refusal!.Kind);
        }
    }

    // Whoever has the private key can make tokens, so a host that has one is not to be trusted with it by mistake.
    [Fact]
    public void KeyFile_WithAPrivateKey_IsRefused()
    {
        var e = Assert.Throws<SecurityFileException>(() => Validator(_issuer.PrivateKeySet));

        Assert.Contains("private", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":null}")]
    [InlineData("{\"keys\":5}")]
    [InlineData("{\"keys\":[null]}")]
    [InlineData("{\"keys\":[5]}")]
    [InlineData("{\"keys\":[{\"kid\":\"a\"}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\"}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"*\",\"e\":\"*\"}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\",\"crv\":\"P-1\",\"x\":\"AQ\",\"y\":\"AQ\"}]}")]
    public void KeyFile_WithAKeyThatIsNone_IsRefusedAtOnce(string content) =>
        Assert.Throws<SecurityFileException>(() => Validator(content));

    // RFC 7518, section 3.3: 2048 bits or more.
    [Fact]
    public void KeyFile_WithAWeakKey_IsRefused()
    {
        using var weak = System.Security.Cryptography.RSA.Create(1024);
        var n = Base64Url.EncodeToString(weak.ExportParameters(false).Modulus);

        Assert.Throws<SecurityFileException>(() => Validator(
            $$"""{"keys":[{"kty":"RSA","kid":"a","e":"AQAB","n":"{{n}}"}]}"""));
    }

    // One that is half written is looked at like any other.
    [Fact]
    public async Task KeyFile_CutOffAnywhere_ChangesNothing()
    {
        using var validator = Validator();
        var whole = _issuer.KeySet;
        for (var length = 0; length < whole.Length; length += 7)
        {
            await File.WriteAllTextAsync(Keys, whole[..length], TestContext.Current.CancellationToken);

            validator.Look();

            Assert.Equal("alice", await NameAsync(validator, _issuer.Token()));
        }
    }

    private static async Task<string?> NameAsync(TokenValidator validator, string token) =>
        (await validator.JudgeAsync(token, null)).Client?.Identity?.Name;

    // Not its last character, some of whose bits say nothing (RFC 4648, section 3.5).
    private static string Changed(string token, Random random)
    {
        var at = random.Next(token.Length - 1);
        return random.Next(4) switch
        {
            0 => token[..at],
            1 => token.Remove(at, 1),
            2 => token.Insert(at, token[random.Next(token.Length - 1)..]),
            _ => token.Remove(at, 1).Insert(at, ((char)(token[at] ^ random.Next(1, 128))).ToString()),
        };
    }

    private TokenValidator Validator(string? keys = null)
    {
        File.WriteAllText(Keys, keys ?? _issuer.KeySet);
        return new TokenValidator(
            Options.Create(new SecurityOptions
            {
                Tokens = new() { Keys = Keys, Issuer = TestIssuer.Name, Audience = TestIssuer.Audience },
            }),
            TimeProvider.System, NullLogger<TokenValidator>.Instance);
    }
}
