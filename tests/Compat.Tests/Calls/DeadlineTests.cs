using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);

    /// <summary>What timers and the protocol may round away.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTime In(TimeSpan time) => TimeProvider.System.GetUtcNow().UtcDateTime + time;

    [Fact]
    public async Task Unary_DeadlinePasses_EndsTheCallOnBothSides()
    {
        await using var server = await TestServer.StartAsync();
        var begin = In(TimeSpan.Zero);
        var deadline = begin + Soon;

        using var call = server.Client.SayAsync(
            new SayRequest { Wait = true }, deadline: deadline, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.InRange(In(TimeSpan.Zero), deadline - Tick, DateTime.MaxValue);
        if (await EndsAtServerAsync(server))
        {
            // The time that is left travels, so the server's deadline is later by the way there.
            Assert.InRange(server.State.Deadline, deadline - Tick, deadline + Tick + (In(TimeSpan.Zero) - begin));
        }
    }

    [Fact]
    public async Task ServerStreaming_DeadlinePasses_EndsTheReading()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Count(
            new CountRequest { Messages = 1, Wait = true }, deadline: In(Soon), cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
            await call.ResponseStream.MoveNext(Token);
        });

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        await EndsAtServerAsync(server);
    }

    [Fact]
    public async Task Unary_DeadlineHasPassed_IsNotEvenSent()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.SayAsync(new SayRequest(), deadline: In(-Soon), cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.False(server.State.Started.Task.IsCompleted);
    }

    [Fact]
    public async Task Unary_NoDeadline_IsEndOfTime()
    {
        await using var server = await TestServer.StartAsync();

        await server.Client.SayAsync(new SayRequest(), deadline: DateTime.MaxValue, cancellationToken: Token);

        Assert.Equal(DateTime.MaxValue, server.State.Deadline);
    }

    [Fact]
    public async Task Unary_CenturiesAway_StillArrives()
    {
        await using var server = await TestServer.StartAsync();

        await server.Client.SayAsync(
            new SayRequest(), deadline: In(TimeSpan.FromDays(36_500)), cancellationToken: Token);

        Assert.InRange(server.State.Deadline, In(TimeSpan.FromDays(36_499)), In(TimeSpan.FromDays(36_501)));
    }

    [Fact]
    public async Task Unary_LocalTime_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        var local = DateTime.SpecifyKind(In(TimeSpan.FromMinutes(1)), DateTimeKind.Local);

        Assert.Throws<InvalidOperationException>(() =>
            server.Client.SayAsync(new SayRequest(), deadline: local, cancellationToken: Token));
    }

    /// <summary>Waits until the call has ended at the server, if it got there before its time was up.</summary>
    private static async Task<bool> EndsAtServerAsync(TestServer server)
    {
        if (!server.State.Started.Task.IsCompleted)
        {
            return false;
        }

        await server.State.Cancelled.Task.WaitAsync(Token);
        return true;
    }
}
