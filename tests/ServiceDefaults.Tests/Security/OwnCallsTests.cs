using Grpc.Core;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Security;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

/// <summary>A process whose services call each other although clients must be known.</summary>
public sealed class OwnCallsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestIssuer _issuer = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _issuer.Dispose();
    }

    [Fact]
    public async Task Service_CallsAnotherOfItsProcess_WithASecretThatNobodySees()
    {
        await using var host = await StartAsync();
        var client = host.Services.GetRequiredService<CreditService.CreditServiceClient>();

        var reply = await client.GetCreditAsync(new GetCreditRequest(), cancellationToken: Ct);

        Assert.Equal(1, reply.Total.Rank);
        var own = host.Services.GetRequiredService<OwnCalls>();
        Assert.All(
            host.Logs.Entries, entry => Assert.DoesNotContain(own.Token, entry.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("guessed")]
    public async Task OwnPort_RefusesWhoeverDoesNotKnowTheSecret(string? token)
    {
        await using var host = await StartAsync();
        var own = host.Services.GetRequiredService<OwnCalls>();

        var e = await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(token: token, address: own.Address));

        Assert.Equal((StatusCode.Unauthenticated, "OWN_PORT"), (e.StatusCode, RpcErrors.Describe(e).Reason));
    }

    [Fact]
    public async Task OwnPort_RefusesTokensThatTheOpenPortTakes()
    {
        await using var host = await StartAsync();
        var own = host.Services.GetRequiredService<OwnCalls>();

        await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(token: _issuer.Token(), address: own.Address));
    }

    [Fact]
    public async Task Secret_IsWorthNothingAtTheOpenPort()
    {
        await using var host = await StartAsync();
        var own = host.Services.GetRequiredService<OwnCalls>();

        var e = await Assert.ThrowsAsync<RpcException>(
            () => host.CallAsync(new() { Authority = _authority.File }, own.Token));

        Assert.Equal(StatusCode.Unauthenticated, e.StatusCode);
    }

    [Fact]
    public async Task Host_WithTlsButOpenToAll_StillHasItsOwnPortToItself()
    {
        var server = _authority.Server();
        await using var host = await SecureHost.StartAsync(
            ("Security:Tls:Certificate", server.Certificate), ("Security:Tls:Key", server.Key));
        var own = host.Services.GetRequiredService<OwnCalls>();

        await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(address: own.Address));

        var client = host.Services.GetRequiredService<CreditService.CreditServiceClient>();
        Assert.Equal(
            1, (await client.GetCreditAsync(new GetCreditRequest(), cancellationToken: Ct)).Total.Rank);
    }

    [Fact]
    public async Task Host_OfASecuredMesh_ShowsOthersItsCertificateAndItsToken()
    {
        await using var there = await StartAsync();
        var tokens = _authority.Write("token", _issuer.Token() + "\n");
        await using var here = await SecureHost.StartAsync(
            ("Mesh:Credit", there.Address.AbsoluteUri), ("Mesh:Authority", _authority.File),
            ("Mesh:TokenFile", tokens));
        var client = here.Services.GetRequiredService<CreditService.CreditServiceClient>();

        var reply = await client.GetCreditAsync(new GetCreditRequest(), cancellationToken: Ct);

        Assert.Equal(1, reply.Total.Rank);
    }

    [Fact]
    public void Token_IsNotSentToAnotherMachineWithoutTls()
    {
        var file = _authority.Write("token", "secret");
        using var security = new ClientSecurity(
            new() { TokenFile = file }, TimeProvider.System, NullLogger.Instance);

        var e = Assert.Throws<PreconditionException>(
            () => security.Authorize(new Uri("http://koopman.test:8080"), encrypted: false, null!));

        Assert.Equal("TOKEN_NEEDS_TLS", e.Reason);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
    }

    private Task<SecureHost> StartAsync()
    {
        var server = _authority.Server();
        return SecureHost.StartAsync(
            ("Security:Tls:Certificate", server.Certificate), ("Security:Tls:Key", server.Key),
            ("Security:Tokens:Keys", _authority.Write("keys.json", _issuer.KeySet)),
            ("Security:Tokens:Issuer", TestIssuer.Name), ("Security:Tokens:Audience", TestIssuer.Audience));
    }
}
