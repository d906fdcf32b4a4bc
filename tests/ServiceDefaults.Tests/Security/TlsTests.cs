using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Host_WithACertificate_AnswersThoseWhoTrustItsAuthority()
    {
        await using var host = await StartAsync(_authority.Server());

        Assert.Equal(Uri.UriSchemeHttps, host.Address.Scheme);
        Assert.Equal("answered", await host.CallAsync(new() { Authority = _authority.File }));
    }

    [Fact]
    public async Task Client_OfAnotherAuthority_RefusesTheServer()
    {
        using var other = new TestAuthority();
        await using var host = await StartAsync(_authority.Server());

        var e = await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(new() { Authority = other.File }));

        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    [Fact]
    public async Task Client_WithoutAnAuthority_TrustsTheSystemsOnly()
    {
        await using var host = await StartAsync(_authority.Server());

        await Assert.ThrowsAsync<RpcException>(() => host.CallAsync());
    }

    [Fact]
    public async Task Client_OfAServerByAnotherName_RefusesIt()
    {
        await using var host = await StartAsync(_authority.Client("not-localhost", dns: "elsewhere.test"));

        await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(new() { Authority = _authority.File }));
    }

    [Fact]
    public async Task Files_ThatChange_ServeNewConnections_AndBrokenOnesChangeNothing()
    {
        using var next = new TestAuthority();
        var pair = _authority.Server();
        await using var host = await StartAsync(pair);
        var tls = host.Services.GetRequiredService<ServerTls>();
        Assert.Equal("answered", await host.CallAsync(new() { Authority = _authority.File }));

        var successor = next.Server();
        File.Copy(successor.Certificate, pair.Certificate, overwrite: true);
        tls.Look();
        Assert.Equal("answered", await host.CallAsync(new() { Authority = _authority.File }));
        Assert.Contains(host.Logs.Entries, entry => entry.Level == LogLevel.Warning
            && entry.Message.Contains("Security:Tls:Key", StringComparison.Ordinal));

        File.Copy(successor.Key, pair.Key, overwrite: true);
        tls.Look();
        Assert.Equal("answered", await host.CallAsync(new() { Authority = next.File }));
        await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(new() { Authority = _authority.File }));
    }

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:0")]
    [InlineData("127.0.0.1:0,0.0.0.0:0")]
    public async Task Host_OpenToOthersWithoutTls_DoesNotStart(string listen)
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(
            () => SecureHost.StartAsync(("Hosting:Listen", listen)));

        Assert.Contains("without TLS: set Security:Tls:Certificate", e.Message, StringComparison.Ordinal);
        Assert.Contains("--allow-plaintext", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7070")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("host.test:80")]
    [InlineData("127.0.0.1:70000")]
    public async Task Host_AtAnAddressThatIsNone_SaysWhatIsExpected(string listen)
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(
            () => SecureHost.StartAsync(("Hosting:Listen", listen)));

        Assert.Contains($"Hosting:Listen has '{listen}', expected ADDRESS:PORT", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_OpenToOthersOnPurpose_StartsWithALoudWarning()
    {
        await using var host = await SecureHost.StartAsync(
            ("Hosting:Listen", "0.0.0.0:0"), ("Security:AllowPlaintext", "true"));

        Assert.Contains(host.Logs.Entries, entry => entry.Level == LogLevel.Warning
            && entry.Message.Contains("without TLS and without knowing clients", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Host_WithAKeyOfAnotherCertificate_DoesNotStart()
    {
        var (one, other) = (_authority.Server(), _authority.Server());

        var e = await Assert.ThrowsAsync<SecurityFileException>(
            () => StartAsync(one with { Key = other.Key }));

        Assert.Equal("SECURITY_FILE_INVALID", e.Reason);
        Assert.Contains(other.Key, e.Message, StringComparison.Ordinal);
    }

    private static Task<SecureHost> StartAsync(PemPair pair) => SecureHost.StartAsync(
        ("Security:Tls:Certificate", pair.Certificate), ("Security:Tls:Key", pair.Key));
}
