using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>A target's addresses change while it is called.</summary>
public sealed class ResolvingTests
{
    private static CallOptions Call => new(cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public async Task Address_ThatFails_HasTheNameResolvedAgain()
    {
        await using var before = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        await using var after = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        var names = new ChangingNames(Targets.At(before));
        using var channel = Open(names);
        await Targets.SayAsync(channel, Call);

        names.OnceAsked(Targets.At(after));
        await before.CutAsync();
        await Targets.SayAsync(channel, Call.WithWaitForReady());

        Assert.Equal((1, 1), (before.Calls, after.Calls));
    }

    [Fact]
    public async Task Address_ThatIsNoLongerTheTargets_TakesNoNewCallsButFinishesItsOwn()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var before = await ScriptedServer.StartAsync(async context =>
        {
            begun.TrySetResult();
            await finish.Task;
            await ScriptedServer.OkAsync(context);
        });
        await using var after = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        var names = new ChangingNames(Targets.At(before));
        using var channel = Open(names);
        var underWay = Targets.SayAsync(channel, Call);
        await begun.Task.WaitAsync(Call.CancellationToken);

        names.Tell(ResolverResult.ForResult([Targets.At(after)]));
        await Targets.SayAsync(channel, Call);
        await Targets.SayAsync(channel, Call);
        Assert.Equal((1, 2), (before.Calls, after.Calls));
        finish.SetResult();

        await underWay;
    }

    [Fact]
    public async Task Resolver_ThatFailsLater_LeavesTheAddressesThatWereKnown()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.OkAsync);
        var names = new ChangingNames(Targets.At(server));
        using var channel = Open(names);
        await Targets.SayAsync(channel, Call);

        names.Tell(ResolverResult.ForFailure(new Status(StatusCode.Unavailable, "no answer")));

        await Targets.SayAsync(channel, Call);
    }

    [Fact]
    public async Task Resolver_ThatFails_FailsCallsByItsStatus()
    {
        var names = new ChangingNames();
        using var channel = Open(names);

        var call = Targets.SayAsync(channel, Call);
        names.Tell(ResolverResult.ForFailure(new Status(StatusCode.PermissionDenied, "not for you")));
        var exception = await Assert.ThrowsAsync<RpcException>(() => call);

        Assert.Equal(("not for you", StatusCode.PermissionDenied), (exception.Status.Detail, exception.StatusCode));
    }

    private static GrpcChannel Open(ChangingNames names)
    {
        // A call may have left by the connection that is just being cut.
        var options = Targets.Options([], new RoundRobinConfig(), Targets.Retry());
        options.ServiceProvider = new ServiceCollection().AddSingleton<ResolverFactory>(names).BuildServiceProvider();
        return GrpcChannel.ForAddress("changing:///target", options);
    }

    private sealed class ChangingNames(params BalancerAddress[] first) : ResolverFactory
    {
        private Action<ResolverResult>? _listener;
        private ResolverResult? _next;

        public override string Name => "changing";

        public void Tell(ResolverResult result) => _listener!(result);

        public void OnceAsked(BalancerAddress address) => _next = ResolverResult.ForResult([address]);

        public override Resolver Create(ResolverOptions options) => new ChangingResolver(this);

        private sealed class ChangingResolver(ChangingNames names) : Resolver
        {
            public override void Start(Action<ResolverResult> listener)
            {
                names._listener = listener;
                if (names.First.Length > 0)
                {
                    listener(ResolverResult.ForResult(names.First));
                }
            }

            public override void Refresh()
            {
                if (names._next is { } next)
                {
                    names._listener!(next);
                }
            }
        }

        private BalancerAddress[] First => first;
    }
}
