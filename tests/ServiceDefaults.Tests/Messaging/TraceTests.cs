using System.Collections.Concurrent;
using System.Diagnostics;
using KoopmanMesh.Contracts.Events;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging;

public sealed class TraceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_UnderAListener_DeliversInTheSameTraceAsAChildOfThePublication()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "KoopmanMesh.ServiceDefaults",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using (var bus = await BusFixture.StartAsync(s => s.Handle<ShardPlanned>()))
        {
            using var request = new Activity("request").Start();
            await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0, "r-listened"), Ct);
            request.Stop();
        }

        var own = spans.Where(s => (string?)s.GetTagItem("koopmanmesh.run.id") == "r-listened").ToList();
        var publish = Assert.Single(own, s => s.Kind == ActivityKind.Producer);
        var process = Assert.Single(own, s => s.Kind == ActivityKind.Consumer);
        Assert.Equal("publish koopmanmesh.run.v1.shard-planned", publish.OperationName);
        Assert.Equal(publish.TraceId, process.TraceId);
        Assert.Equal(publish.SpanId, process.ParentSpanId);
    }

    [Fact]
    public async Task Publish_WithoutAListener_StillCarriesTheTraceOverEveryHop()
    {
        ActivityTraceId seen = default;
        Handling<FitPlanned> fitted = null!;
        BusFixture? hops = null;
        await using var bus = await BusFixture.StartAsync(s =>
        {
            s.Handle<ShardPlanned>(async (e, ct) =>
                await hops!.Bus.PublishAsync(new FitPlanned(e.RunId, 0), ct));
            fitted = s.Handle<FitPlanned>((_, _) =>
            {
                seen = Activity.Current!.TraceId;
                return Task.CompletedTask;
            });
        });
        hops = bus;
        using var request = new Activity("request").Start();

        await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0), Ct);
        await bus.StopAsync();

        Assert.Single(fitted.Seen);
        Assert.Equal(request.TraceId, seen);
    }

    [Fact]
    public async Task Publish_OutsideAnyTrace_IsDeliveredOutsideAnyTrace()
    {
        Activity? seen = new("not set");
        await using var bus = await BusFixture.StartAsync(s => s.Handle<RunScored>((_, _) =>
        {
            seen = Activity.Current;
            return Task.CompletedTask;
        }));

        await bus.Bus.PublishAsync(new RunScored("r-1", "d"), Ct);
        await bus.StopAsync();

        Assert.True(seen is null || seen.Source.Name == "KoopmanMesh.ServiceDefaults");
    }
}
