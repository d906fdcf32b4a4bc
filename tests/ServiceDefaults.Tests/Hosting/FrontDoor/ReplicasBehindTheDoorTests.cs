using Grpc.Core;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;
using KoopmanMesh.ServiceDefaults.Tests.Security;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.Training.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting.FrontDoor;

/// <summary>What stands behind the door may be several, be gone, and come back.</summary>
public sealed class ReplicasBehindTheDoorTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Services_OfTheProtos_AreEachKnownOnce()
    {
        var inProtos = typeof(RunService).Assembly.GetExportedTypes()
            .Select(static type => type.GetProperty("Descriptor")?.GetValue(null))
            .OfType<Google.Protobuf.Reflection.ServiceDescriptor>().Select(static service => service.FullName)
            .Where(static name => name.StartsWith("koopmanmesh.", StringComparison.Ordinal));

        Assert.Equal(inProtos.Order(), MeshServices.All.Select(static s => s.Descriptor.FullName).Order());
    }

    [Fact]
    public async Task Replicas_OfAList_TakeCallsInTurn()
    {
        var (first, second) = (new RawOperators.Script(), new RawOperators.Script());
        await using var one = await TestHost.ReplicaAsync(first);
        await using var two = await TestHost.ReplicaAsync(second);
        await using var door = await TestHost.DoorAsync(ListOf(one, two));

        for (var i = 0; i < 10; i++)
        {
            await CallAsync(door);
        }

        Assert.Equal((5, 5), (first.Calls, second.Calls));
    }

    [Fact]
    public async Task Replica_ThatDies_IsPassedOverUntilItIsBack()
    {
        var (first, second) = (new RawOperators.Script(), new RawOperators.Script());
        await using var one = await TestHost.ReplicaAsync(first);
        var two = await TestHost.ReplicaAsync(second);
        var place = ("Hosting:Listen", two.Address.Authority);
        await using var door = await TestHost.DoorAsync(ListOf(one, two));
        await CallAsync(door);
        await CallAsync(door);

        await two.DisposeAsync();
        await CallUntilAsync(door, () => first.Calls >= 5);
        await using var back = await TestHost.ReplicaAsync(second, place);

        await CallUntilAsync(door, () => second.Calls > 1);
    }

    [Fact]
    public async Task NoReplica_IsUnavailableInASentence()
    {
        var gone = await TestHost.ReplicaAsync(new());
        await gone.DisposeAsync();
        await using var door = await TestHost.DoorAsync(gone.Address.OriginalString);

        var e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(door));

        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        Assert.StartsWith(
            $"no replica of the Koopman service answers at {gone.Address.Authority}: ", e.Status.Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replica_ThatDiesDuringACall_EndsItAsUnavailable()
    {
        await using var replica = await TestHost.ReplicaAsync(new());
        await using var door = await TestHost.DoorAsync(replica.Address.OriginalString);
        using var chat = door.Calls.AsyncDuplexStreamingCall(
            RawOperators.Both, null, new CallOptions(cancellationToken: Ct));
        await chat.RequestStream.WriteAsync([1], Ct);
        Assert.True(await chat.ResponseStream.MoveNext(Ct));

        await replica.CutAsync();
        var e = await Assert.ThrowsAsync<RpcException>(() => chat.ResponseStream.MoveNext(Ct));

        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    [Fact]
    public async Task Name_OfThisMachine_IsResolved()
    {
        var script = new RawOperators.Script();
        await using var replica = await TestHost.ReplicaAsync(script);
        await using var door = await TestHost.DoorAsync($"dns:///localhost:{replica.Address.Port}");

        await CallAsync(door);

        Assert.Equal(1, script.Calls);
    }

    [Fact]
    public async Task Door_ThatLeadsToADoor_EndsTheCallThere()
    {
        await using var replica = await TestHost.ReplicaAsync(new());
        await using var inner = await TestHost.DoorAsync(replica.Address.OriginalString);
        await using var outer = await TestHost.DoorAsync(inner.Address.OriginalString);

        var e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(outer));

        Assert.Equal((StatusCode.Unimplemented, "FORWARDED_TWICE"), (e.StatusCode, RpcErrors.Describe(e).Reason));
    }

    [Fact]
    public async Task Door_ThatKnowsItsClients_LetsNobodyElseThrough()
    {
        using var folder = new TemporaryFolder();
        using var issuer = new TestIssuer();
        var keys = Path.Combine(folder.Path, "keys.json");
        await File.WriteAllTextAsync(keys, issuer.KeySet, Ct);
        var script = new RawOperators.Script();
        await using var replica = await TestHost.ReplicaAsync(script);
        await using var door = await TestHost.DoorAsync(
            replica.Address.OriginalString,
            [
                ("Security:Tokens:Keys", keys), ("Security:Tokens:Issuer", TestIssuer.Name),
                ("Security:Tokens:Audience", TestIssuer.Audience),
                ("Security:Policies:koopmanmesh.operator.v1.OperatorService:Scopes:0", "operators"),
            ]);

        var unknown = await Assert.ThrowsAsync<RpcException>(() => CallAsync(door));
        var unentitled = await Assert.ThrowsAsync<RpcException>(() => CallAsync(door, issuer.Token()));
        await CallAsync(door, issuer.Token(("scope", "operators")));

        Assert.Equal(
            (StatusCode.Unauthenticated, StatusCode.PermissionDenied, 1),
            (unknown.StatusCode, unentitled.StatusCode, script.Calls));
    }

    [Fact]
    public async Task Trainings_AreAllAskedOfTheReplicaThatKeepsThem_AndOfTheNextOneWhenItEnds()
    {
        var store = new Store();
        var one = await TrainingReplicaAsync(store, "one");
        await using var two = await TrainingReplicaAsync(store, "two");
        await using var door = await TestHost.DoorAsync(ListOf(one, two));
        await using var other = await TestHost.DoorAsync(ListOf(two, one));

        var before = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            before.Add(await ListAsync(i % 2 == 0 ? door : other));
        }

        var keeper = Assert.Single(before.Distinct());
        await (keeper == "one" ? one : two).CutAsync();
        store.Release();

        Assert.Equal(keeper == "one" ? "two" : "one", await ListAsync(door));
        await one.DisposeAsync();
    }

    private static string ListOf(params IEnumerable<TestHost> hosts) =>
        "static:///" + string.Join(',', hosts.Select(static host => host.Address.Authority));

    private static async Task CallAsync(TestHost door, string? token = null)
    {
        var headers = token is null ? null : new Metadata { { "authorization", $"Bearer {token}" } };
        using var call = door.Calls.AsyncUnaryCall(
            RawOperators.Unary, null, new CallOptions(headers, cancellationToken: Ct), []);
        await call;
    }

    // One whose connection breaks just then may fail.
    private static async Task CallUntilAsync(TestHost door, Func<bool> done)
    {
        while (!done())
        {
            try
            {
                await CallAsync(door);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                Ct.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<string> ListAsync(TestHost door)
    {
        var answer = await new TrainingService.TrainingServiceClient(door.Channel)
            .ListTrainingsAsync(new ListTrainingsRequest(), cancellationToken: Ct);
        return answer.Trainings.Single().TrainingId;
    }

    private static Task<TestHost> TrainingReplicaAsync(Store store, string name) => TestHost.StartAsync(
        builder => builder.Services.AddSingleton(store).AddSingleton(new ReplicaName(name)),
        static app => app.MapGrpcService<Trainings>(),
        []);

    private sealed record ReplicaName(string Value);

    /// <summary>What one process at a time has.</summary>
    private sealed class Store
    {
        private readonly Lock _gate = new();
        private string? _keeper;

        public bool TryTake(string name)
        {
            lock (_gate)
            {
                _keeper ??= name;
                return _keeper == name;
            }
        }

        public void Release()
        {
            lock (_gate)
            {
                _keeper = null;
            }
        }
    }

    private sealed class Trainings(Store store, ReplicaName name) : TrainingService.TrainingServiceBase
    {
        public override Task<ListTrainingsResponse> ListTrainings(
            ListTrainingsRequest request, ServerCallContext context) => store.TryTake(name.Value)
            ? Task.FromResult(new ListTrainingsResponse
            {
                Trainings = { new TrainingSummary { TrainingId = name.Value } },
            })
            : throw new PreconditionException("TRAININGS_IN_USE", "trainings", "another process keeps them");
    }
}
