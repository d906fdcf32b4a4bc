using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>A name's servers show certificates of the name, whatever their addresses are.</summary>
public sealed class TlsNameTests
{
    private static CallOptions Call => new(cancellationToken: TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("mesh.test", true)]
    [InlineData("mesh.test:8443", true)]
    [InlineData("other.test", false)]
    public async Task Certificate_IsHeldAgainstTheName(string name, bool fits)
    {
        using var certificate = Certificate("mesh.test");
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.OkAsync, certificate: certificate);
        using var handler = new SocketsHttpHandler();
        // Nobody vouches for the certificate, but whether its name is the right one is found out all the same.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, errors) =>
            !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
        var options = Targets.Options([Targets.At(server)], new RoundRobinConfig());
        options.Credentials = ChannelCredentials.SecureSsl;
        options.HttpHandler = handler;
        using var channel = Targets.Open(options, name);

        var call = Targets.SayAsync(channel, Call);

        if (fits)
        {
            await call;
            Assert.Equal(name, server.Seen.Single()["Host"]);
        }
        else
        {
            var exception = await Assert.ThrowsAsync<RpcException>(() => call);
            Assert.Equal((StatusCode.Unavailable, 0), (exception.StatusCode, server.Calls));
        }
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
