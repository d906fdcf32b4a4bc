using Grpc.Core;
using Grpc.Net.Client;

namespace KoopmanMesh.Compat.Tests.Client;

public sealed class CredentialsTests
{
    private static CallOptions Call => new(cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public async Task Credentials_OfChannelAndCall_AreAllSent()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, Adding("x-channel", "one")),
            UnsafeUseInsecureChannelCallCredentials = true,
        });

        await Targets.SayAsync(channel, Call.WithCredentials(
            CallCredentials.Compose(Adding("x-call", "two"), Adding("x-call-too", "three"))));

        var seen = server.Seen.Single();
        Assert.Equal(["one", "two", "three"], [seen["x-channel"], seen["x-call"], seen["x-call-too"]]);
    }

    [Fact]
    public async Task Credentials_OfACallWithoutTls_AreNotSent()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        using var channel = GrpcChannel.ForAddress(server.Address);

        await Targets.SayAsync(channel, Call.WithCredentials(Adding("x-call", "secret")));

        Assert.DoesNotContain("x-call", server.Seen.Single().Keys);
    }

    [Fact]
    public async Task Credentials_ThatFail_FailTheCallUnsent()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        using var channel = GrpcChannel.ForAddress(
            server.Address, new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
        var credentials = CallCredentials.FromInterceptor(
            static (_, _) => throw new InvalidOperationException("no key"));

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Targets.SayAsync(channel, Call.WithCredentials(credentials)));

        Assert.Equal((StatusCode.Internal, 0), (exception.StatusCode, server.Calls));
    }

    [Fact]
    public void Credentials_ThatDoNotFitTheAddress_AreRefused()
    {
        Refuses("http://localhost:1", ChannelCredentials.SecureSsl);
        Refuses("https://localhost:1", ChannelCredentials.Insecure);
        Refuses("http://localhost:1", ChannelCredentials.Create(ChannelCredentials.Insecure, Adding("x", "y")));

        static void Refuses(string address, ChannelCredentials credentials) =>
            Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(
                address, new GrpcChannelOptions { Credentials = credentials }));
    }

    private static CallCredentials Adding(string key, string value) =>
        CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add(key, value);
            return Task.CompletedTask;
        });
}
