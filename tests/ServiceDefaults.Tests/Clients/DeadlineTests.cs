using Grpc.Core;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.ServiceDefaults.Tests.Clients;

/// <summary>Every call has a deadline, and none made for another outlives that one.</summary>
public sealed class DeadlineTests
{
    private const string ByTheBus = "bus";
    private const string Hanging = "hang";

    /// <summary>What timers and the protocol may round away.</summary>
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;

    [Fact]
    public async Task Deadline_OfACaller_ReachesTheSecondHop()
    {
        var seen = new Seen();
        await using var last = await StartAsync<Last>(seen, next: null);
        await using var middle = await StartAsync<Relay>(seen, last.Address);
        await using var first = await StartAsync<Relay>(seen, middle.Address);
        var begin = Now;
        var left = TimeSpan.FromSeconds(50);

        await Client(first).GetCreditAsync(new GetCreditRequest(), deadline: begin + left, cancellationToken: Ct);

        AssertFrom(begin, left, await seen.Deadline.Task);
    }

    [Fact]
    public async Task Deadline_ThatPasses_EndsTheCallsOfEveryHop()
    {
        var seen = new Seen();
        await using var last = await StartAsync<Last>(seen, next: null);
        await using var middle = await StartAsync<Relay>(seen, last.Address);
        await using var first = await StartAsync<Relay>(seen, middle.Address);

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await Client(first).GetCreditAsync(
            new GetCreditRequest { RunId = Hanging }, deadline: Now + TimeSpan.FromSeconds(1), cancellationToken: Ct));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        if (seen.Deadline.Task.IsCompleted)
        {
            await seen.Ended.Task.WaitAsync(Ct);
        }
    }

    [Fact]
    public async Task Caller_WithoutADeadline_LeavesTheUsualOne()
    {
        var seen = new Seen();
        await using var last = await StartAsync<Last>(seen, next: null);
        await using var first = await StartAsync<Relay>(seen, last.Address);
        var begin = Now;

        await Client(first).GetCreditAsync(new GetCreditRequest(), cancellationToken: Ct);

        AssertFrom(begin, MeshOptions.DefaultUnaryDeadline, await seen.Deadline.Task);
    }

    [Fact]
    public async Task Work_OfTheEventBus_IsNotBoundByTheCallThatPublished()
    {
        var seen = new Seen();
        await using var last = await StartAsync<Last>(seen, next: null);
        await using var first = await StartAsync<Relay>(seen, last.Address);
        var begin = Now;

        await Client(first).GetCreditAsync(
            new GetCreditRequest { RunId = ByTheBus }, deadline: begin.AddSeconds(20), cancellationToken: Ct);

        AssertFrom(begin, MeshOptions.DefaultUnaryDeadline, await seen.Deadline.Task.WaitAsync(Ct));
    }

    [Fact]
    public async Task Stream_WithoutADeadline_GetsTheOneOfStreams()
    {
        var seen = new Seen();
        await using var host = await StartAsync<Last>(seen, next: null);
        var channels = host.App.Services.GetRequiredService<MeshChannels>();
        var client = new FitService.FitServiceClient(channels.InvokerFor(host.Address));

        var begin = Now;

        using var call = client.GetOperator(new GetOperatorRequest(), cancellationToken: Ct);
        Assert.False(await call.ResponseStream.MoveNext(Ct));

        AssertFrom(begin, MeshOptions.DefaultStreamDeadline, await seen.Deadline.Task);
    }

    [Fact]
    public async Task Deadline_BeyondTheEndOfTime_IsNone()
    {
        var seen = new Seen();
        await using var host = await StartAsync<Last>(seen, next: null);
        var calls = host.Channel.CreateCallInvoker()
            .WithDeadlines(TimeSpan.MaxValue, TimeSpan.MaxValue, TimeProvider.System);

        await new CreditService.CreditServiceClient(calls).GetCreditAsync(
            new GetCreditRequest(), cancellationToken: Ct);

        Assert.Equal(DateTime.MaxValue, await seen.Deadline.Task);
    }

    /// <summary>The time that is left travels, so a deadline is later at the server by the way there.</summary>
    private static void AssertFrom(DateTime begin, TimeSpan left, DateTime deadline) =>
        Assert.InRange(deadline, begin + left - _tick, Now + left + _tick);

    private static CreditService.CreditServiceClient Client(CreditHost host) => new(host.Channel);

    private static Task<CreditHost> StartAsync<TService>(Seen seen, Uri? next)
        where TService : CreditService.CreditServiceBase => CreditHost.StartAsync(
        builder =>
        {
            builder.Configuration["Mesh:Credit"] = next?.ToString();
            builder.Services.AddSingleton(seen)
                .AddMeshClient<CreditService.CreditServiceClient>(MeshService.Credit)
                .AddEventHandler<ShardPlanned, CallingHandler>();
        },
        app =>
        {
            app.MapGrpcService<TService>();
            app.MapGrpcService<Fits>();
        });

    private sealed class Seen
    {
        public TaskCompletionSource<DateTime> Deadline { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Calls the next host, or has the event bus do it.</summary>
    private sealed class Relay(CreditService.CreditServiceClient next, IEventBus bus) : CreditService.CreditServiceBase
    {
        public override async Task<GetCreditResponse> GetCredit(GetCreditRequest request, ServerCallContext context)
        {
            if (request.RunId == ByTheBus)
            {
                await bus.PublishAsync(new ShardPlanned("r-1", 0, 1, 1, 0, 1), context.CancellationToken);
                return new GetCreditResponse();
            }

            // A deadline of its own is no way to outlive the caller's.
            return await next.GetCreditAsync(request, deadline: request.RunId == Hanging ? Now.AddHours(1) : null);
        }
    }

    private sealed class Last(Seen seen) : CreditService.CreditServiceBase
    {
        public override async Task<GetCreditResponse> GetCredit(GetCreditRequest request, ServerCallContext context)
        {
            seen.Deadline.TrySetResult(context.Deadline);
            if (request.RunId == Hanging)
            {
                var cancelled = Task.Delay(Timeout.Infinite, context.CancellationToken);
                await cancelled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                seen.Ended.TrySetResult();
            }

            return new GetCreditResponse();
        }
    }

    private sealed class Fits(Seen seen) : FitService.FitServiceBase
    {
        public override Task GetOperator(
            GetOperatorRequest request,
            IServerStreamWriter<GetOperatorResponse> responseStream,
            ServerCallContext context)
        {
            seen.Deadline.TrySetResult(context.Deadline);
            return Task.CompletedTask;
        }
    }

    private sealed class CallingHandler(CreditService.CreditServiceClient next) : IEventHandler<ShardPlanned>
    {
        public async Task HandleAsync(ShardPlanned e, CancellationToken ct) =>
            await next.GetCreditAsync(new GetCreditRequest(), cancellationToken: ct);
    }
}
