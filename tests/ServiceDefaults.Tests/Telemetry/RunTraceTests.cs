using System.Collections.Concurrent;
using System.Diagnostics;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Telemetry;
using KoopmanMesh.ServiceDefaults.Tests.Messaging;

namespace KoopmanMesh.ServiceDefaults.Tests.Telemetry;

public sealed class RunTraceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Begin_KeepsWhatOthersWroteIntoTheTraceState()
    {
        using var request = new Activity("request") { TraceStateString = "vendor=a" }.Start();

        var parent = RunTrace.Begin();

        Assert.Equal(request.Id, parent);
        Assert.Equal($"koopmanmesh={request.SpanId}-00,vendor=a", request.TraceStateString);
        Assert.Equal(request.SpanId, RunTrace.RootOf(request.Context)!.Value.SpanId);
    }

    [Fact]
    public void Begin_InTheTraceOfAnotherRun_IsItsOwnRoot()
    {
        using var first = new Activity("first").Start();
        RunTrace.Begin();
        using var second = new Activity("second").Start();

        RunTrace.Begin();

        Assert.Equal($"koopmanmesh={second.SpanId}-00", second.TraceStateString);
    }

    [Theory]
    [InlineData("koopmanmesh=nonsense")]
    [InlineData("xkoopmanmesh=00f067aa0ba902b7-01")]
    [InlineData("koopmanmesh=00F067AA0BA902B7-01")]
    public void RootOf_StateThatIsNotOurs_IsNone(string state) => Assert.Null(RunTrace.RootSpanIn(state));

    [Fact]
    public async Task Delivery_OfWhatAChildPublished_HangsOnTheRootAndIsLinkedToThePublication()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == ServiceDefaultsTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var root = new Activity("request").Start();
        RunTrace.Begin();
        await using (var bus = await BusFixture.StartAsync(s => s.Handle<ShardPlanned>()))
        {
            using var work = new Activity("work").Start();
            await bus.Bus.PublishAsync(InProcessEventBusTests.Planned(0, "r-rooted"), Ct);
            work.Stop();
        }

        var own = spans.Where(s => (string?)s.GetTagItem("koopmanmesh.run.id") == "r-rooted").ToList();
        var publish = Assert.Single(own, s => s.Kind == ActivityKind.Producer);
        var process = Assert.Single(own, s => s.Kind == ActivityKind.Consumer);
        Assert.Equal(root.TraceId, process.TraceId);
        Assert.Equal(root.SpanId, process.ParentSpanId);
        Assert.Equal(publish.SpanId, Assert.Single(process.Links).Context.SpanId);
        Assert.Equal(root.SpanId.ToHexString(), RunTrace.RootSpanIn(process.TraceStateString));
    }
}
