using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

/// <summary>What an operator reads of clients that were refused.</summary>
public sealed class RefusalLogTests : IDisposable
{
    private readonly TestAuthority _files = new();
    private readonly TestIssuer _issuer = new();

    public void Dispose()
    {
        _files.Dispose();
        _issuer.Dispose();
    }

    [Fact]
    public async Task RefusedCall_IsOneLineOfTheLog()
    {
        await using var host = await SecureHost.StartAsync(Settings());

        await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(token: "not a token"));

        var line = Assert.Single(
            host.Logs.Entries, entry => entry.Level >= LogLevel.Information
                && (entry.Message.Contains("JSON web token", StringComparison.Ordinal)
                    || entry.Message.Contains("challenged", StringComparison.Ordinal)));
        Assert.Contains("TOKEN_MALFORMED", line.Message, StringComparison.Ordinal);
    }

    private (string, string)[] Settings() =>
    [
        ("Security:Tokens:Keys", _files.Write("keys.json", _issuer.KeySet)),
        ("Security:Tokens:Issuer", TestIssuer.Name),
        ("Security:Tokens:Audience", TestIssuer.Audience),
    ];
}
