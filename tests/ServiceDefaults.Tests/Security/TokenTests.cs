using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Health.V1;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Security;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

public sealed class TokenTests : IDisposable
{
    private const string CreditName = "koopmanmesh.credit.v1.CreditService";

    private readonly TestIssuer _issuer = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Keys => Path.Combine(_folder.Path, "keys.json");

    public void Dispose()
    {
        _issuer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Token_ThatIsGood_OpensTheServices()
    {
        await using var host = await StartAsync();

        Assert.Equal("answered", await host.CallAsync(token: _issuer.Token()));
    }

    [Fact]
    public async Task Token_ForSeveralAudiences_IsGoodForEachOfThem()
    {
        await using var host = await StartAsync();

        Assert.Equal("answered", await host.CallAsync(
            token: _issuer.Token(("aud", new JsonArray("another", TestIssuer.Audience)))));
    }

    [Theory]
    [InlineData("exp", "TOKEN_EXPIRED")]
    [InlineData("nbf", "TOKEN_NOT_YET_VALID")]
    [InlineData("no exp", "TOKEN_EXPIRATION")]
    [InlineData("aud", "TOKEN_AUDIENCE")]
    [InlineData("no aud", "TOKEN_AUDIENCE")]
    [InlineData("iss", "TOKEN_ISSUER")]
    [InlineData("no sub", "TOKEN_SUBJECT")]
    [InlineData("kid", "TOKEN_KEY")]
    [InlineData("no kid", "TOKEN_KEY")]
    [InlineData("forged", "TOKEN_SIGNATURE")]
    [InlineData("other key", "TOKEN_SIGNATURE")]
    [InlineData("none", "TOKEN_ALGORITHM")]
    [InlineData("HS256", "TOKEN_ALGORITHM")]
    [InlineData("RS512", "TOKEN_ALGORITHM")]
    [InlineData("words", "TOKEN_MALFORMED")]
    public async Task Token_ThatIsBad_IsRefusedForItsReason_AndNeverRepeated(string how, string reason)
    {
        await using var host = await StartAsync();
        var token = Bad(how);

        var e = await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(token: token));

        Assert.Equal((StatusCode.Unauthenticated, reason), (e.StatusCode, RpcErrors.Describe(e).Reason));
        var parts = token.Split('.').Where(part => part.Length > 0).ToList();
        Assert.All(parts, part => Assert.DoesNotContain(part, e.ToString(), StringComparison.Ordinal));
        Assert.All(host.Logs.Entries, entry => Assert.All(
            parts, part => Assert.DoesNotContain(part, entry.Message, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, "TOKEN_MISSING")]
    [InlineData("Basic YWxpY2U6c2VjcmV0", "TOKEN_MALFORMED")]
    public async Task Call_WithoutABearerToken_IsUnauthenticated(string? header, string reason)
    {
        await using var host = await StartAsync();
        using var channel = host.Connect();
        var headers = new Metadata();
        if (header is not null)
        {
            headers.Add("authorization", header);
        }

        var e = await Assert.ThrowsAsync<RpcException>(async () => await new CreditService.CreditServiceClient(channel)
            .GetCreditAsync(new GetCreditRequest(), headers, cancellationToken: Ct));

        Assert.Equal((StatusCode.Unauthenticated, reason), (e.StatusCode, RpcErrors.Describe(e).Reason));
    }

    [Fact]
    public async Task UnknownService_IsNotToldToThoseWhomNobodyKnows()
    {
        await using var host = await StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Address, "/not.Served/Here"))
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([]) { Headers = { { "Content-Type", "application/grpc" } } },
        };

        using var response = await http.SendAsync(request, Ct);

        Assert.Equal("16", Assert.Single(response.Headers.GetValues("grpc-status")));
    }

    [Fact]
    public async Task Page_AskedForWithoutAToken_IsAnsweredInHttpsOwnWords()
    {
        await using var host = await StartAsync();
        using var http = new HttpClient
        {
            DefaultRequestVersion = new Version(2, 0),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await http.GetAsync(host.Address, Ct);

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
    }

    [Theory]
    [InlineData("true", StatusCode.OK)]
    [InlineData("false", StatusCode.Unauthenticated)]
    public async Task Health_IsOpenToProbes_UnlessToldOtherwise(string open, StatusCode expected)
    {
        await using var host = await StartAsync(("Security:OpenHealth", open));
        using var channel = host.Connect();
        using var call = new Grpc.Health.V1.Health.HealthClient(channel)
            .CheckAsync(new HealthCheckRequest(), cancellationToken: Ct);

        await Record.ExceptionAsync(() => call.ResponseAsync);

        Assert.Equal(expected, call.GetStatus().StatusCode);
    }

    [Theory]
    [InlineData("Scopes", "scope", "runs.read credit.read", StatusCode.OK)]
    [InlineData("Scopes", "scp", "credit.read", StatusCode.OK)]
    [InlineData("Scopes", "scope", "runs.read", StatusCode.PermissionDenied)]
    [InlineData("Roles", "roles", "credit.read", StatusCode.OK)]
    [InlineData("Roles", "roles", "other", StatusCode.PermissionDenied)]
    [InlineData("Subjects", "sub", "credit.read", StatusCode.OK)]
    [InlineData("Subjects", "sub", "mallory", StatusCode.PermissionDenied)]
    public async Task Policy_OfAService_IsWhatItsCallersNeed(
        string rule, string claim, string value, StatusCode expected)
    {
        await using var host = await StartAsync(($"Security:Policies:{CreditName}:{rule}:0", "credit.read"));

        var e = await Record.ExceptionAsync(() => host.CallAsync(token: _issuer.Token((claim, value)))) as RpcException;

        Assert.Equal(expected, e?.StatusCode ?? StatusCode.OK);
        Assert.Equal(e is null ? null : "ACCESS_DENIED", e is null ? null : RpcErrors.Describe(e).Reason);
        Assert.Equal(e is null ? null : CreditName, e is null ? null : RpcErrors.Describe(e).ResourceName);
    }

    [Theory]
    [InlineData("/koopmanmesh.credit.v1.CreditService/GetCredit")]
    [InlineData("/KOOPMANMESH.credit.v1.CREDITSERVICE/getcredit")]
    [InlineData("/koopmanmesh.credit.v1.CreditService/GetCredit/")]
    [InlineData("/koopmanmesh%2Ecredit.v1.CreditService/Get%43redit")]
    public async Task Policy_OfAService_HoldsHoweverItsPathIsSpelt(string path)
    {
        await using var host = await StartAsync(($"Security:Policies:{CreditName}:Scopes:0", "credit.read"));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Address.AbsoluteUri.TrimEnd('/') + path)
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]) { Headers = { { "Content-Type", "application/grpc" } } },
            Headers = { { "Authorization", $"Bearer {_issuer.Token()}" } },
        };

        using var response = await http.SendAsync(request, Ct);

        Assert.Equal("7", Assert.Single(response.Headers.GetValues("grpc-status")));
    }

    [Fact]
    public async Task Policy_ForAServiceThatIsNotServed_KeepsTheHostFromStarting()
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(("Security:Policies:koopmanmesh.credit.v1.CreditServices:Scopes:0", "x")));

        Assert.Contains("which this host does not serve", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_ThatChange_ReplaceTheOldOnes()
    {
        using var next = new TestIssuer { KeyId = "second" };
        await using var host = await StartAsync();
        using var channel = host.Connect();
        var client = new CreditService.CreditServiceClient(channel);
        var (old, young) = (Bearer(_issuer.Token()), Bearer(next.Token()));
        await client.GetCreditAsync(new GetCreditRequest(), old, cancellationToken: Ct);

        await File.WriteAllTextAsync(Keys, next.KeySet, Ct);
        host.Services.GetRequiredService<TokenValidator>().Look();

        await client.GetCreditAsync(new GetCreditRequest(), young, cancellationToken: Ct);
        await Assert.ThrowsAsync<RpcException>(
            () => client.GetCreditAsync(new GetCreditRequest(), old, cancellationToken: Ct).ResponseAsync);
    }

    [Theory]
    [InlineData("{\"keys\":[]}", "at least one key")]
    [InlineData("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"c2VjcmV0\"}]}", "type 'oct'")]
    [InlineData("not json", "not a JSON web key set")]
    public async Task KeyFile_ThatIsNone_KeepsTheHostFromStarting(string content, string problem)
    {
        await File.WriteAllTextAsync(Keys, content, Ct);

        var e = await Assert.ThrowsAsync<SecurityFileException>(() => SecureHost.StartAsync(Settings()));

        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };

    private string Bad(string how)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var stranger = new TestIssuer();
        return how switch
        {
            "exp" => _issuer.Token(("exp", now - 60)),
            "nbf" => _issuer.Token(("nbf", now + 120)),
            "no exp" => _issuer.Token(("exp", null)),
            "aud" => _issuer.Token(("aud", "another")),
            "no aud" => _issuer.Token(("aud", null)),
            "iss" => _issuer.Token(("iss", "https://another.test")),
            "no sub" => _issuer.Token(("sub", null)),
            "kid" => _issuer.Sign("RS256", "unheard-of"),
            "no kid" => _issuer.Sign("RS256", null),
            "forged" => Forged(),
            "other key" => stranger.Token(),
            "words" => "open-sesame-please",
            _ => _issuer.Sign(how, _issuer.KeyId),
        };
    }

    // The claims of one good token under the signature of another.
    private string Forged()
    {
        var (one, other) = (_issuer.Token().Split('.'), _issuer.Token(("sub", "admin")).Split('.'));
        return $"{other[0]}.{other[1]}.{one[2]}";
    }

    private async Task<SecureHost> StartAsync(params (string, string)[] settings)
    {
        await File.WriteAllTextAsync(Keys, _issuer.KeySet, Ct);
        return await SecureHost.StartAsync([.. Settings(), .. settings]);
    }

    private (string, string)[] Settings() =>
    [
        ("Security:Tokens:Keys", Keys), ("Security:Tokens:Issuer", TestIssuer.Name),
        ("Security:Tokens:Audience", TestIssuer.Audience),
    ];
}
