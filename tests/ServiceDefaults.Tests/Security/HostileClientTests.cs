using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using HealthCheckRequest = Grpc.Health.V1.HealthCheckRequest;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

/// <summary>Clients that show what they were not given, and hosts that were told more than one thing.</summary>
public sealed class HostileClientTests : IDisposable
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly TestAuthority _authority = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(-3, -1)]
    [InlineData(1, 3)]
    public async Task Client_WithACertificateOfAnotherTime_GetsNoConnection(int from, int until)
    {
        await using var host = await StartAsync("*");
        var client = _authority.Client(new X500DistinguishedName("CN=lab"), from * _hour, until * _hour);

        Assert.NotEqual(StatusCode.OK, await StatusAsync(host, client));
    }

    [Fact]
    public async Task Client_WithACertificateOfItsOwn_GetsNoConnection()
    {
        await using var host = await StartAsync("*");

        Assert.NotEqual(StatusCode.OK, await StatusAsync(host, _authority.SelfSigned("lab")));
    }

    // Anyone with a certificate could make others of any name, if those who have no right to sign were believed.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_BehindAnotherCertificate_IsKnownOnlyIfThatIsAnAuthority(bool authority)
    {
        var client = _authority.Behind("lab", authority);
        var trusted = _authority.Write(
            "trusted.pem", await File.ReadAllTextAsync(_authority.File, Ct) + "\n" + client.Issuer);
        await using var host = await StartAsync("lab", trusted);

        Assert.Equal(authority, await StatusAsync(host, client) is StatusCode.OK);
    }

    // An authority may check what names a subject has and care little for what else it says of itself.
    [Theory]
    [InlineData("O=lab", "lab")]
    [InlineData("OU=lab", "lab")]
    [InlineData("CN=other, O=lab", "lab")]
    [InlineData("CN=lab, CN=other", "lab")]
    [InlineData("CN=other, CN=lab", "lab")]
    [InlineData("CN=spiffe://mesh.test/lab", "spiffe://mesh.test/lab")]
    [InlineData("CN=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Client_WhoseSubjectOnlyReadsLikeAName_IsDenied(string subject, string allowed)
    {
        await using var host = await StartAsync(allowed);
        var client = _authority.Client(new X500DistinguishedName(subject), -_hour, _hour);

        Assert.Equal(StatusCode.PermissionDenied, await StatusAsync(host, client));
    }

    [Fact]
    public async Task Authority_ThatChanges_IsWhatNewConnectionsAreJudgedBy()
    {
        using var next = new TestAuthority();
        var trusted = _authority.Write("trusted.pem", await File.ReadAllTextAsync(_authority.File, Ct));
        await using var host = await StartAsync("*", trusted);
        Assert.Equal(StatusCode.OK, await StatusAsync(host, _authority.Client("lab")));

        File.Copy(next.File, trusted, overwrite: true);
        host.Services.GetRequiredService<ServerTls>().Look();

        Assert.NotEqual(StatusCode.OK, await StatusAsync(host, _authority.Client("lab")));
        Assert.Equal(StatusCode.OK, await StatusAsync(host, next.Client("lab")));
    }

    [Fact]
    public async Task Server_BehindAnIntermediate_IsTrustedByThoseWhoTrustTheRoot()
    {
        var server = _authority.Behind("server", authority: true, server: true);
        await using var host = await SecureHost.StartAsync(
            ("Security:Tls:Certificate", server.Certificate), ("Security:Tls:Key", server.Key));

        Assert.Equal("answered", await host.CallAsync(new() { Authority = _authority.File }));
    }

    // Whatever ASP.NET Core can be told to listen on, beside or instead of what Hosting:Listen says.
    [Theory]
    [InlineData("Kestrel:Endpoints:Open:Url", "http://0.0.0.0:0")]
    [InlineData("Kestrel:Endpoints:Open:Url", "http://[::]:0")]
    [InlineData("Kestrel:Endpoints:Open:Url", "http://example.test:0")]
    [InlineData("urls", "http://0.0.0.0:0")]
    [InlineData("http_ports", "0")]
    public async Task Host_ToldToListenElsewhereToo_IsNotOpenedToOthers(string setting, string value)
    {
        var e = await Record.ExceptionAsync(async () =>
        {
            await using var host = await SecureHost.StartAsync((setting, value), ("preferHostingUrls", "true"));
            Assert.All(host.Bound, address => Assert.Equal("127.0.0.1", new Uri(address).Host));
        });

        Assert.True(e is null or OptionsValidationException, $"{e}");
        Assert.True(
            e is not null || !setting.StartsWith("Kestrel", StringComparison.Ordinal), "the host started nonetheless");
    }

    [Fact]
    public async Task Host_WithTls_OpensNoOtherPortWithoutIt()
    {
        var server = _authority.Server();

        await Assert.ThrowsAsync<OptionsValidationException>(() => SecureHost.StartAsync(
            ("Security:Tls:Certificate", server.Certificate), ("Security:Tls:Key", server.Key),
            ("Kestrel:Endpoints:Open:Url", "http://0.0.0.0:0")));
    }

    // Whoever writes lines of its own into the log can hide what it did behind what it did not.
    [Theory]
    [InlineData("/a%0Ainfo: forged")]
    [InlineData("/a%0D%1B[2Jforged")]
    [InlineData("/a%C2%9Bforged")]
    [InlineData("/a%E2%80%A8forged")]
    public async Task Call_WithControlCharactersInItsPath_WritesOneLogLine(string path)
    {
        using var issuer = new TestIssuer();
        await using var host = await SecureHost.StartAsync(
            ("Security:Tokens:Keys", _authority.Write("keys.json", issuer.KeySet)),
            ("Security:Tokens:Issuer", TestIssuer.Name), ("Security:Tokens:Audience", TestIssuer.Audience));
        using var http = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await http.GetAsync(new Uri(host.Address, path), Ct);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        AssertPlain(host);
    }

    [Fact]
    public async Task Call_WithControlCharactersInItsMessage_WritesOneLogLine()
    {
        await using var host = await SecureHost.StartAsync();
        using var channel = host.Connect();

        await Assert.ThrowsAsync<RpcException>(async () => await new HealthClient(channel).CheckAsync(
            new HealthCheckRequest { Service = "a\r\n\u001b[2Jinfo: forged" + new string('x', 10_000) },
            cancellationToken: Ct));

        AssertPlain(host);
    }

    [Fact]
    public async Task Call_WithMoreHeadersThanItMay_IsRefused_AndOthersServed()
    {
        await using var host = await SecureHost.StartAsync(
            ("Limits:MaxHeaderBytes", "8192"), ("Limits:MaxHeaders", "20"));
        using var channel = host.Connect();
        var many = new Metadata();
        for (var i = 0; i < 30; i++)
        {
            many.Add($"x-{i}", "y");
        }

        Assert.Null(await HeadersAsync(channel, new Metadata { { "x", new string('y', 4096) } }));
        Assert.NotNull(await HeadersAsync(channel, new Metadata { { "x", new string('y', 9000) } }));
        Assert.NotNull(await HeadersAsync(channel, many));
        Assert.Equal("answered", await host.CallAsync());
    }

    private static async Task<Exception?> HeadersAsync(ChannelBase channel, Metadata headers) =>
        await Record.ExceptionAsync(async () => await new HealthClient(channel).CheckAsync(
            new HealthCheckRequest(), headers, cancellationToken: Ct));

    private static void AssertPlain(SecureHost host)
    {
        // What ASP.NET Core itself says of a request is not ours to word.
        var told = host.Logs.Entries.Where(entry => entry.Message.StartsWith("Call \"", StringComparison.Ordinal)
            || entry.Message.StartsWith("Method \"", StringComparison.Ordinal)).ToList();
        Assert.Contains(told, entry => entry.Message.Contains("forged", StringComparison.Ordinal));
        Assert.All(told, entry => Assert.DoesNotContain(
            entry.Message, c => char.IsControl(c) || c is '\u2028' or '\u2029'));
        Assert.All(told, entry => Assert.True(entry.Message.Length < 4096, "a log line is as long as a client likes"));
    }

    private async Task<StatusCode> StatusAsync(SecureHost host, PemPair client) =>
        await Record.ExceptionAsync(() => host.CallAsync(new()
        {
            Authority = _authority.File,
            ClientCertificate = client.Certificate,
            ClientKey = client.Key,
        })) is RpcException e ? e.StatusCode : StatusCode.OK;

    private Task<SecureHost> StartAsync(string allowed, string? authority = null)
    {
        var server = _authority.Server();
        return SecureHost.StartAsync(
            ("Security:Tls:Certificate", server.Certificate), ("Security:Tls:Key", server.Key),
            ("Security:ClientCertificates:Authority", authority ?? _authority.File),
            ("Security:ClientCertificates:Allow:0", allowed));
    }
}
