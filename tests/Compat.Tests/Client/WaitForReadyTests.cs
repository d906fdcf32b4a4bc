using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>gRPC's wait-for-ready: such calls wait for a connection where others fail at once.</summary>
public sealed class WaitForReadyTests
{
    private static CallOptions Call => new(cancellationToken: TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_BeforeItsServerExists_WaitsForItIfTold(bool byName)
    {
        var port = Targets.FreePort();
        using var channel = Open(byName, port);
        var impatient = await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));
        Assert.Equal(StatusCode.Unavailable, impatient.StatusCode);

        var call = Targets.SayAsync(channel, Call.WithWaitForReady());
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.OkAsync, port);

        await call;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_WhoseServerNeverComes_EndsWithItsDeadline(bool byName)
    {
        using var channel = Open(byName, Targets.FreePort());
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(150);

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Targets.SayAsync(channel, Call.WithWaitForReady().WithDeadline(deadline)));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    private static GrpcChannel Open(bool byName, int port)
    {
        var options = Targets.Options([new BalancerAddress("127.0.0.1", port)], new RoundRobinConfig());
        return byName ? Targets.Open(options) : GrpcChannel.ForAddress($"http://127.0.0.1:{port}", options);
    }
}
