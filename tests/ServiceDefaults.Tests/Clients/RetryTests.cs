using System.Collections.Concurrent;
using Grpc.Core;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.ServiceDefaults.Tests.Clients;

/// <summary>Calls between services are repeated where the contract calls that harmless, and only there.</summary>
public sealed class RetryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Idempotent_Call_IsTriedAgainWhileTheServiceIsUnavailable()
    {
        var calls = new Calls();
        await using var host = await StartAsync(calls);

        await Client<CreditService.CreditServiceClient>(host, host.Address).GetCreditAsync(
            new GetCreditRequest(), cancellationToken: Ct);

        Assert.Equal(2, calls.Peers.Count);
    }

    [Fact]
    public async Task Other_Call_IsTriedOnce()
    {
        var calls = new Calls();
        await using var host = await StartAsync(calls);

        var exception = await Assert.ThrowsAsync<RpcException>(
            async () => await Client<RunService.RunServiceClient>(host, host.Address).SubmitRunAsync(
                new SubmitRunRequest(), cancellationToken: Ct));

        Assert.Equal((StatusCode.Unavailable, 1), (exception.StatusCode, calls.Peers.Count));
    }

    [Fact]
    public async Task Retries_TurnedOff_AreNone()
    {
        var calls = new Calls();
        await using var host = await StartAsync(calls, ("Mesh:MaxAttempts", "1"));

        await Assert.ThrowsAsync<RpcException>(
            async () => await Client<CreditService.CreditServiceClient>(host, host.Address).GetCreditAsync(
                new GetCreditRequest(), cancellationToken: Ct));

        Assert.Single(calls.Peers);
    }

    [Fact]
    public async Task Name_OfDns_IsCalledOverOneConnectionThatAllClientsShare()
    {
        var calls = new Calls();
        await using var host = await StartAsync(calls);
        var name = new Uri($"dns:///localhost:{host.Address.Port}");

        await Client<CreditService.CreditServiceClient>(host, name).GetCreditAsync(
            new GetCreditRequest(), cancellationToken: Ct);
        await Client<CreditService.CreditServiceClient>(host, name).GetCreditAsync(
            new GetCreditRequest(), cancellationToken: Ct);

        Assert.Equal(3, calls.Peers.Count);
        Assert.Single(calls.Peers.Distinct());
    }

    [Theory]
    [InlineData("koopmanmesh.run.v1.RunService", "GetRun", true)]
    [InlineData("koopmanmesh.run.v1.RunService", "CancelRun", true)]
    [InlineData("koopmanmesh.run.v1.RunService", "SubmitRun", false)]
    [InlineData("koopmanmesh.training.v1.TrainingService", "DeleteTraining", false)]
    [InlineData("koopmanmesh.training.v1.TrainingService", "WatchTraining", false)]
    [InlineData("koopmanmesh.koopman.v1.FitService", "GetOperator", true)]
    [InlineData("koopmanmesh.koopman.v1.FitService", "StreamSnapshotPairs", false)]
    public void Idempotent_Methods_AreThoseThatTheProtosMark(string service, string method, bool idempotent) =>
        Assert.Equal(
            idempotent, IdempotentMethods.Names().Any(name => (name.Service, name.Method) == (service, method)));

    private static TClient Client<TClient>(CreditHost host, Uri address)
        where TClient : ClientBase<TClient> => (TClient)Activator.CreateInstance(
            typeof(TClient), host.App.Services.GetRequiredService<MeshChannels>().InvokerFor(address))!;

    private static Task<CreditHost> StartAsync(Calls calls, params (string Key, string Value)[] settings) =>
        CreditHost.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(calls);
                builder.Configuration.AddInMemoryCollection(
                    settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
            },
            app =>
            {
                app.MapGrpcService<UnavailableAtFirst>();
                app.MapGrpcService<Runs>();
            });

    /// <summary>Who called, once for each attempt.</summary>
    private sealed class Calls
    {
        public ConcurrentQueue<string> Peers { get; } = new();

        public bool IsFirst(ServerCallContext context)
        {
            Peers.Enqueue(context.Peer);
            return Peers.Count == 1;
        }
    }

    private sealed class UnavailableAtFirst(Calls calls) : CreditService.CreditServiceBase
    {
        public override Task<GetCreditResponse> GetCredit(GetCreditRequest request, ServerCallContext context) =>
            calls.IsFirst(context)
                ? throw new RpcException(new Status(StatusCode.Unavailable, "not yet"))
                : Task.FromResult(new GetCreditResponse());
    }

    private sealed class Runs(Calls calls) : RunService.RunServiceBase
    {
        public override Task<SubmitRunResponse> SubmitRun(SubmitRunRequest request, ServerCallContext context) =>
            calls.IsFirst(context)
                ? throw new RpcException(new Status(StatusCode.Unavailable, "not yet"))
                : Task.FromResult(new SubmitRunResponse());
    }
}
