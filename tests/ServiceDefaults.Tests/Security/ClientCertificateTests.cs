using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Security;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("spiffe://mesh.test/capture")]
    [InlineData("Capture.Mesh.Test")]
    [InlineData("capture")]
    [InlineData("*")]
    public async Task Client_OnTheListByAnyOfItsNames_IsAnswered(string allowed)
    {
        var client = _authority.Client("capture", "capture.mesh.test", "spiffe://mesh.test/capture");
        await using var host = await StartAsync(allowed);

        Assert.Equal("answered", await host.CallAsync(Shown(client)));
    }

    [Fact]
    public async Task Client_OnTheListByItsThumbprint_IsAnswered()
    {
        var client = _authority.Client("anyone");
        var colons = string.Join(':', client.Thumbprint.Chunk(2).Select(pair => new string(pair))).ToLowerInvariant();
        await using var host = await StartAsync(colons);

        Assert.Equal("answered", await host.CallAsync(Shown(client)));
    }

    [Fact]
    public async Task Client_OutsideTheList_IsDenied()
    {
        await using var host = await StartAsync("spiffe://mesh.test/capture");

        var e = await Assert.ThrowsAsync<RpcException>(
            () => host.CallAsync(Shown(_authority.Client("stranger", uri: "spiffe://mesh.test/Capture"))));

        Assert.Equal(
            (StatusCode.PermissionDenied, "CLIENT_CERTIFICATE_NOT_ALLOWED"),
            (e.StatusCode, RpcErrors.Describe(e).Reason));
        Assert.Contains("spiffe://mesh.test/Capture", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_WithoutACertificate_IsUnauthenticated()
    {
        await using var host = await StartAsync("*");

        var e = await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(new() { Authority = _authority.File }));

        Assert.Equal(
            (StatusCode.Unauthenticated, "CLIENT_CERTIFICATE_MISSING"), (e.StatusCode, RpcErrors.Describe(e).Reason));
    }

    [Fact]
    public async Task Client_OfAnotherAuthority_GetsNoConnection()
    {
        using var other = new TestAuthority();
        await using var host = await StartAsync("*");

        await GetsNoConnectionAsync(host, other.Client("capture"));
    }

    [Fact]
    public async Task Client_WithAServersCertificate_GetsNoConnection()
    {
        await using var host = await StartAsync("*");

        await GetsNoConnectionAsync(host, _authority.Server());
    }

    // TLS 1.3 refuses a client behind its handshake, so how far the client gets is another matter each time.
    private async Task GetsNoConnectionAsync(SecureHost host, PemPair client)
    {
        for (var time = 0; time < 20; time++)
        {
            var e = await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(Shown(client)));
            Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        }
    }

    private ClientSecurityOptions Shown(PemPair client) => new()
    {
        Authority = _authority.File,
        ClientCertificate = client.Certificate,
        ClientKey = client.Key,
    };

    private Task<SecureHost> StartAsync(string allowed)
    {
        var server = _authority.Server();
        return SecureHost.StartAsync(
            ("Security:Tls:Certificate", server.Certificate), ("Security:Tls:Key", server.Key),
            ("Security:ClientCertificates:Authority", _authority.File),
            ("Security:ClientCertificates:Allow:0", allowed));
    }
}
