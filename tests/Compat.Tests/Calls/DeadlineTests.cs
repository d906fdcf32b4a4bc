using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTime In(TimeSpan time) => TimeProvider.System.GetUtcNow().UtcDateTime + time;

    [Fact]
    public async Task Unary_DeadlinePasses_EndsTheCallOnBothSides()
    {
        await using var server = await TestServer.StartAsync();
        var deadline = In(Soon);

        using var call = server.Client.SayAsync(
            new SayRequest { Wait = true }, deadline: deadline, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(
            () => call.ResponseAsync.WaitAsync(Soon + Within, Token));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        await server.State.Cancelled.Task.WaitAsync(Within, Token);
        Assert.InRange(server.State.Deadline - deadline, -Within, Within);
    }

    [Fact]
    public async Task ServerStreaming_DeadlinePasses_EndsTheReading()
    {
        await using var server = await TestServer.StartAsync();

        using var call = server.Client.Count(
            new CountRequest { Messages = 1, Wait = true }, deadline: In(Soon), cancellationToken: Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        await server.State.Cancelled.Task.WaitAsync(Within, Token);
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
        var local = DateTime.SpecifyKind(In(Within), DateTimeKind.Local);

        Assert.Throws<InvalidOperationException>(() =>
            server.Client.SayAsync(new SayRequest(), deadline: local, cancellationToken: Token));
    }
}
