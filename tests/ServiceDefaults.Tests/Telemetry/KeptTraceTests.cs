using System.Diagnostics;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Telemetry;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KoopmanMesh.ServiceDefaults.Tests.Telemetry;

public sealed class KeptTraceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Spans_OfARun_AreReadAsOneTreeWithWhatTheySay()
    {
        using var traced = new Traced();
        var run = traced.Accept(_ =>
        {
            using var shard = traced.Start("capture.shard").SetTag("koopmanmesh.shard", 3);
            shard.SetStatus(ActivityStatusCode.Error, "the disk is full");
        });
        traced.Flush();

        var spans = await traced.ReadAsync(run);

        Assert.Equal(["SubmitRun", "capture.shard"], spans.Select(static s => s.Name));
        Assert.Equal("", spans[0].ParentSpanId);
        Assert.Equal(spans[0].SpanId, spans[1].ParentSpanId);
        Assert.Equal("3", spans[1].Attributes["koopmanmesh.shard"]);
        Assert.Equal("the disk is full", spans[1].Attributes["error.message"]);
        Assert.Equal("error", spans[1].Status);
        Assert.All(spans, s => Assert.Equal(traced.Instance.Name, s.Instance));
        Assert.All(spans, s => Assert.InRange(s.EndUnixNanos, s.StartUnixNanos, long.MaxValue));
    }

    [Fact]
    public async Task Spans_OfNoRun_AreNotKept()
    {
        using var traced = new Traced();
        traced.Start("GetRun").Dispose();
        traced.Flush();

        Assert.False(Directory.Exists(traced.Traces));
        await Assert.ThrowsAsync<PreconditionException>(() => traced.ReadAsync(traced.Accept()));
    }

    [Fact]
    public void Spans_ThatAreNotSampled_AreNotKept()
    {
        using var traced = new Traced(sampled: false);
        traced.Accept();
        traced.Flush();

        Assert.False(Directory.Exists(traced.Traces));
    }

    [Fact]
    public async Task Spans_BeyondTheMostOfATrace_AreDropped()
    {
        using var traced = new Traced(most: 5);
        var run = traced.Accept(_ =>
        {
            for (var i = 0; i < 20; i++)
            {
                traced.Start("step").Dispose();
            }
        });
        traced.Flush();

        Assert.Equal(5, (await File.ReadAllLinesAsync(traced.FileOf(run), Ct)).Length);
    }

    [Fact]
    public async Task Spans_WhoseParentNeverCame_HangOnAPlaceholderUnderTheRoot()
    {
        using var traced = new Traced();
        ActivityContext killed = default;
        var run = traced.Accept(_ =>
        {
            // Never stopped, as in a process that was killed.
            killed = traced.Start("call").Context;
        });
        traced.Start("fold", new ActivityContext(
            killed.TraceId, killed.SpanId, ActivityTraceFlags.Recorded, killed.TraceState, isRemote: true)).Dispose();
        traced.Flush();

        var spans = await traced.ReadAsync(run);

        var lost = Assert.Single(spans, static s => s.Name == "lost");
        Assert.Equal(killed.SpanId.ToHexString(), lost.SpanId);
        Assert.Equal(Assert.Single(spans, static s => s.ParentSpanId.Length == 0).SpanId, lost.ParentSpanId);
        Assert.Equal(lost.SpanId, Assert.Single(spans, static s => s.Name == "fold").ParentSpanId);
    }

    [Fact]
    public async Task Root_ThatNeverCame_IsTakenFromTheLedger()
    {
        using var traced = new Traced();
        var accepted = traced.Accept();
        var run = accepted with { TraceParent = $"00-{accepted.TraceId}-00000000000000aa-01" };
        Activity.Current = null;
        traced.StartUnder(run, "republish")!.Dispose();
        traced.Flush();

        var spans = await traced.ReadAsync(run);

        Assert.Equal("00000000000000aa", Assert.Single(spans, static s => s.ParentSpanId.Length == 0).SpanId);
        Assert.Equal("00000000000000aa", Assert.Single(spans, static s => s.Name == "republish").ParentSpanId);
    }

    [Fact]
    public async Task File_ThatEndsInHalfALine_IsReadUpToIt()
    {
        using var traced = new Traced();
        var run = traced.Accept();
        traced.Flush();
        await File.AppendAllTextAsync(traced.FileOf(run), "{\"traceId\":\"4bf9", Ct);

        Assert.Single(await traced.ReadAsync(run));
    }

    [Fact]
    public void Sweep_DeletesTracesThatAreTooOld()
    {
        using var traced = new Traced();
        var (old, young) = (traced.Accept(), traced.Accept());
        traced.Flush();
        var time = new ManualTimeProvider();
        var now = time.GetUtcNow().UtcDateTime;
        Touch(old.TraceId, now.AddDays(-8));
        Touch(young.TraceId, now.AddDays(-6));

        var swept = new TraceSweeper(traced.State, traced.Settings, time, NullLogger<TraceSweeper>.Instance).Sweep();

        Assert.Equal(1, swept);
        Assert.Equal([young.TraceId], Directory.EnumerateDirectories(traced.Traces).Select(Path.GetFileName));

        void Touch(string trace, DateTime at)
        {
            var folder = Path.Combine(traced.Traces, trace);
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                File.SetLastWriteTimeUtc(file, at);
            }

            Directory.SetLastWriteTimeUtc(folder, at);
        }
    }
}
