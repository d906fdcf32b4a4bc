using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using KoopmanMesh.Playground.V1;
using Microsoft.AspNetCore.Http.Features;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>Retries as gRPC's proposal A6 has them.</summary>
public sealed class RetryTests
{
    private const string PreviousAttempts = "grpc-previous-rpc-attempts";

    private static CallOptions Call => new(cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public async Task Call_ThatFailsTwice_SucceedsInTheThirdAttemptAndSaysWhichItIs()
    {
        await using var server = await ScriptedServer.StartAsync(
            ScriptedServer.Fails(StatusCode.Unavailable),
            ScriptedServer.Fails(StatusCode.Unavailable),
            ScriptedServer.OkAsync);
        using var channel = Open(server, Targets.Retry());

        await Targets.SayAsync(channel, Call);

        Assert.Equal([null, "1", "2"], server.Seen.Select(seen => seen.GetValueOrDefault(PreviousAttempts)));
    }

    [Theory]
    [InlineData(StatusCode.Internal, 1)]
    [InlineData(StatusCode.Unavailable, 3)]
    public async Task Call_ThatKeepsFailing_IsTriedAsOftenAsThePolicySays(StatusCode status, int attempts)
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.Fails(status));
        using var channel = Open(server, Targets.Retry(attempts: 3));

        var exception = await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));

        Assert.Equal((status, attempts), (exception.StatusCode, server.Calls));
    }

    [Fact]
    public async Task Policy_ThatAsksForMoreAttemptsThanTheChannelAllows_GetsThose()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.Fails(StatusCode.Unavailable));
        using var channel = Open(server, Targets.Retry(attempts: 100));

        await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));

        Assert.Equal(5, server.Calls);
    }

    [Fact]
    public async Task Call_WithoutAPolicy_IsTriedOnce()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.Fails(StatusCode.Unavailable));
        using var channel = Open(server, retry: null);

        await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));

        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task MostExactName_DecidesWhatIsRetried()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.Fails(StatusCode.Unavailable));
        var config = Targets.Config(Targets.Retry(attempts: 4));
        var service = PlaygroundService.Descriptor.FullName;
        config.MethodConfigs.Add(new MethodConfig { Names = { new MethodName { Service = service, Method = "Say" } } });
        config.MethodConfigs.Add(new MethodConfig
        {
            Names = { new MethodName { Service = service } },
            RetryPolicy = Targets.Retry(attempts: 2),
        });
        using var channel = GrpcChannel.ForAddress(
            server.Address, new GrpcChannelOptions { ServiceConfig = config });

        await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));
        Assert.Equal(1, server.Calls);
        using var count = new PlaygroundService.PlaygroundServiceClient(channel).Count(new CountRequest(), Call);
        await Assert.ThrowsAsync<RpcException>(() => count.ResponseStream.MoveNext(Call.CancellationToken));

        Assert.Equal(1 + 2, server.Calls);
    }

    [Fact]
    public async Task Call_WhoseHeadersCame_IsNotTriedAgain()
    {
        await using var server = await ScriptedServer.StartAsync(
            ScriptedServer.FailsBehindHeaders(StatusCode.Unavailable), ScriptedServer.OkAsync);
        using var channel = Open(server, Targets.Retry());

        var exception = await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));

        Assert.Equal((StatusCode.Unavailable, 1), (exception.StatusCode, server.Calls));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("later")]
    [InlineData("99999999999")]
    public async Task Pushback_ThatIsNoTime_ForbidsTheNextAttempt(string pushback)
    {
        await using var server = await ScriptedServer.StartAsync(
            ScriptedServer.Fails(StatusCode.Unavailable, pushback), ScriptedServer.OkAsync);
        using var channel = Open(server, Targets.Retry());

        await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));

        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Pushback_OfNoTime_OverrulesTheBackoff()
    {
        await using var server = await ScriptedServer.StartAsync(
            ScriptedServer.Fails(StatusCode.Unavailable, pushback: "0"), ScriptedServer.OkAsync);
        using var channel = Open(server, Slow());

        await Targets.SayAsync(channel, Call);

        Assert.Equal(2, server.Calls);
    }

    [Fact]
    public async Task Deadline_CoversAllAttempts()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.Fails(StatusCode.Unavailable));
        using var channel = Open(server, Slow());
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200);

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Targets.SayAsync(channel, Call.WithDeadline(deadline)));

        Assert.Equal((StatusCode.DeadlineExceeded, 1), (exception.StatusCode, server.Calls));
    }

    [Fact]
    public async Task Call_CancelledBetweenAttempts_EndsAtOnce()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.Fails(StatusCode.Unavailable));
        using var channel = Open(server, Slow());
        using var cancellation = new CancellationTokenSource();

        var call = Targets.SayAsync(channel, Call.WithCancellationToken(cancellation.Token));
        while (server.Calls == 0)
        {
            await Task.Yield();
        }

        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAsync<RpcException>(() => call);

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
    }

    [Fact]
    public async Task Stream_ThatTheServerRefused_IsSentAgainWithoutAPolicy()
    {
        // No code of the server has seen it, so it may be repeated whatever the method does.
        await using var server = await ScriptedServer.StartAsync(
            static context =>
            {
                context.Features.Get<IHttpResetFeature>()!.Reset(errorCode: 0x7);
                return Task.CompletedTask;
            },
            ScriptedServer.OkAsync);
        using var channel = Open(server, retry: null);

        await Targets.SayAsync(channel, Call);

        Assert.Equal(2, server.Calls);
    }

    [Fact]
    public async Task Throttle_AtHalfItsTokens_LetsNothingBeRepeatedUntilCallsSucceed()
    {
        var healthy = false;
        await using var server = await ScriptedServer.StartAsync(context =>
            Volatile.Read(ref healthy)
                ? ScriptedServer.OkAsync(context)
                : ScriptedServer.Fails(StatusCode.Unavailable)(context));
        var config = Targets.Config(Targets.Retry());
        config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 4, TokenRatio = 0.5 };
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { ServiceConfig = config });

        // 4 tokens: a failure leaves 3, above the half, so there is a second attempt; it leaves 2.
        Assert.Equal(2, await FailAsync());
        Assert.Equal(1, await FailAsync());
        Volatile.Write(ref healthy, true);
        // 1 token, and half a one for each success: 6 make 4.
        for (var call = 0; call < 6; call++)
        {
            await Targets.SayAsync(channel, Call);
        }

        Volatile.Write(ref healthy, false);
        Assert.Equal(2, await FailAsync());

        async Task<int> FailAsync()
        {
            var before = server.Calls;
            await Assert.ThrowsAsync<RpcException>(() => Targets.SayAsync(channel, Call));
            return server.Calls - before;
        }
    }

    [Theory]
    [InlineData(0, "2")]
    [InlineData(-1, "0")]
    public void Policies_ThatMakeNoSense_AreRefused(int attempts, string ratio)
    {
        var config = Targets.Config(attempts == 0 ? Targets.Retry(attempts: 1) : null);
        config.RetryThrottling = new RetryThrottlingPolicy
        {
            MaxTokens = 1,
            TokenRatio = double.Parse(ratio, System.Globalization.CultureInfo.InvariantCulture),
        };

        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(
            "http://localhost:1", new GrpcChannelOptions { ServiceConfig = config }));
    }

    private static GrpcChannel Open(ScriptedServer server, RetryPolicy? retry) => GrpcChannel.ForAddress(
        server.Address, new GrpcChannelOptions { ServiceConfig = Targets.Config(retry) });

    /// <summary>A policy whose attempts are, as good as always, minutes apart.</summary>
    private static RetryPolicy Slow()
    {
        var policy = Targets.Retry();
        policy.InitialBackoff = TimeSpan.FromDays(1);
        policy.MaxBackoff = TimeSpan.FromDays(1);
        return policy;
    }
}
