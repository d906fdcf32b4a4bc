using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Tests.Hosting.FrontDoor;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.ServiceDefaults.Tests.Clients;

/// <summary>Calls over static:/// targets, as replicas of a local mesh call each other.</summary>
public sealed class StaticTargetTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_OfTwo_TakesCallsInTurn_PassesADeadOneOver_AndNoticesItsReturn()
    {
        var (first, second) = (new RawOperators.Script(), new RawOperators.Script());
        await using var one = await TestHost.ReplicaAsync(first);
        var two = await TestHost.ReplicaAsync(second);
        var place = ("Hosting:Listen", two.Address.Authority);
        using var services = Services($"static:///{one.Address.Authority},{two.Address.Authority}");
        var calls = services.GetRequiredService<MeshChannels>().InvokerFor(MeshService.Koopman);
        await CallUntilAsync(calls, () => first.Calls > 2 && second.Calls > 2);

        await two.DisposeAsync();
        var reached = first.Calls + 10;
        await CallUntilAsync(calls, () => first.Calls >= reached);
        var before = second.Calls;
        await using var back = await TestHost.ReplicaAsync(second, place);

        await CallUntilAsync(calls, () => second.Calls > before);
    }

    [Fact]
    public async Task Stream_WhoseReplicaDies_EndsAsUnavailable()
    {
        await using var replica = await TestHost.ReplicaAsync(new());
        using var services = Services($"static:///{replica.Address.Authority}");
        using var chat = services.GetRequiredService<MeshChannels>().InvokerFor(MeshService.Koopman)
            .AsyncDuplexStreamingCall(RawOperators.Both, null, new CallOptions(cancellationToken: Ct));
        await chat.RequestStream.WriteAsync([1], Ct);
        Assert.True(await chat.ResponseStream.MoveNext(Ct));

        await replica.CutAsync();
        var e = await Assert.ThrowsAsync<RpcException>(() => chat.ResponseStream.MoveNext(Ct));

        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    // One whose connection breaks just then may fail.
    private static async Task CallUntilAsync(CallInvoker calls, Func<bool> done)
    {
        while (!done())
        {
            try
            {
                using var call = calls.AsyncUnaryCall(
                    RawOperators.Unary, null, new CallOptions(cancellationToken: Ct), []);
                await call;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                Ct.ThrowIfCancellationRequested();
            }
        }
    }

    private static ServiceProvider Services(string koopman) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Mesh:Koopman", (string?)koopman)]).Build())
        .AddMeshChannels()
        .BuildServiceProvider();
}
