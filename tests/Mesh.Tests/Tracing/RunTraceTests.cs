using KoopmanMesh.Mesh.Tests.Harness;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Mesh.Tests.Tracing;

/// <summary>One connected trace a run, as a collector sees it and as the mesh keeps it.</summary>
public sealed class RunTraceTests
{
    private const int Shards = 12;
    private const int Components = 4;
    private const int Merges = 8;

    // What a run's trace is made of, the calls between processes aside: each line a path from the root.
    private static readonly string[] _tree =
    [
        "1 x SubmitRun @capture",
        "1 x SubmitRun @capture > run @*",
        "12 x SubmitRun @capture > process koopmanmesh.run.v1.shard-planned @capture",
        "12 x SubmitRun @capture > process koopmanmesh.run.v1.shard-planned @capture > work shard @capture",
        "12 x SubmitRun @capture > process koopmanmesh.run.v1.shard-planned @capture > work shard @capture"
            + " > capture.shard @capture",
        "48 x SubmitRun @capture > process koopmanmesh.run.v1.shard-planned @capture > work shard @capture"
            + " > capture.shard @capture > koopman.fold @koopman",
        "12 x SubmitRun @capture > process koopmanmesh.run.v1.shard-planned @capture > work shard @capture"
            + " > capture.shard @capture > capture.self-iterate @capture",
        "8 x SubmitRun @capture > process koopmanmesh.run.v1.merge-planned @koopman",
        "8 x SubmitRun @capture > process koopmanmesh.run.v1.merge-planned @koopman > work merge @koopman",
        "8 x SubmitRun @capture > process koopmanmesh.run.v1.merge-planned @koopman > work merge @koopman"
            + " > koopman.merge @koopman",
        "4 x SubmitRun @capture > process koopmanmesh.run.v1.fit-planned @koopman",
        "4 x SubmitRun @capture > process koopmanmesh.run.v1.fit-planned @koopman > work fit @koopman",
        "4 x SubmitRun @capture > process koopmanmesh.run.v1.fit-planned @koopman > work fit @koopman"
            + " > koopman.fit @koopman",
        "1 x SubmitRun @capture > process koopmanmesh.run.v1.score-planned @credit",
        "1 x SubmitRun @capture > process koopmanmesh.run.v1.score-planned @credit > work score @credit",
        "1 x SubmitRun @capture > process koopmanmesh.run.v1.score-planned @credit > work score @credit"
            + " > credit.score @credit",
        "1 x SubmitRun @capture > process koopmanmesh.run.v1.score-planned @credit > work score @credit"
            + " > credit.score @credit > credit.bootstrap @credit",
        "1 x SubmitRun @capture > process koopmanmesh.run.v1.score-planned @credit > work score @credit"
            + " > credit.score @credit > credit.audit @credit",
        "1 x SubmitRun @capture > process koopmanmesh.run.v1.score-planned @credit > work score @credit"
            + " > credit.score @credit > credit.audit @credit > capture.intervene @capture",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OverFiveProcesses_IsOneConnectedTraceSpanBySpan()
    {
        await using var collector = await OtlpReceiver.StartAsync(Ct);
        await using var mesh = await RunningMesh.StartAsync(new MeshShape { Settings = Patient(collector) }, Ct);

        var run = await FinishedRun.RunAsync(mesh, await SharedMesh.Job.UploadAsync(mesh.Api, Ct), disturb: null, Ct);

        var trace = await collector.TraceAsync(
            run.Status.TraceId,
            static t => t.Count("run") == 1 && t.Count("work score") == 1 && !t.Orphans.Any(), Ct);
        Assert.Single(trace.Roots);
        Assert.Equal(_tree.Order(StringComparer.Ordinal), Tree(trace).Order(StringComparer.Ordinal));
        AssertTagged(trace, run);
        AssertPublished(trace);
        AssertNamed(trace);
        await AssertMeasuredAsync(collector);
        await AssertKeptAsync(mesh, run, trace);
    }

    [Fact]
    public async Task Run_WhoseReplicasAreKilled_IsOneTraceInWhichAllWorkHangsOnTheRoot()
    {
        await using var collector = await OtlpReceiver.StartAsync(Ct);
        await using var mesh = await RunningMesh.StartAsync(new MeshShape { Settings = collector.Settings }, Ct);
        var spec = await Job.Small(rows: 30_000, shardRows: 2_500).UploadAsync(mesh.Api, Ct);

        var run = await FinishedRun.RunAsync(mesh, spec, KillAsync, Ct);

        var trace = await collector.TraceAsync(
            run.Status.TraceId, static t => t.Count("run") == 1 && t.Count("work score") >= 1, Ct);
        var root = Assert.Single(trace.Roots);

        // Whoever died, what it had published is done under the root. A parent that nobody can send any more is named
        // by the killed process's own spans, and by who was called by it.
        Assert.All(
            trace.Spans.Where(static s => s.Name.StartsWith("work ", StringComparison.Ordinal) && !IsKilled(s)),
            s => Assert.Equal(root.SpanId, trace.PathOf(s).Last().SpanId));
        Assert.All(
            trace.Orphans, static o => Assert.True(IsCall(o) || IsKilled(o), $"{o.Name} of {o.Instance} is an orphan"));
        Assert.Contains(trace.Spans, static s => s.Tags.GetValueOrDefault("koopmanmesh.taken_over") == "true");

        Assert.Contains(
            collector.Entries,
            e => e.TraceId == run.Status.TraceId && e.Text.StartsWith("Took over shard", StringComparison.Ordinal));

        // The mesh itself knows what is missing, and says so.
        var kept = await mesh.Api.TraceAsync(run.Id, Ct);
        var known = kept.Select(static s => s.SpanId).ToHashSet();
        Assert.Single(kept, static s => s.ParentSpanId.Length == 0);
        Assert.All(kept, s => Assert.True(s.ParentSpanId.Length == 0 || known.Contains(s.ParentSpanId), s.Name));

        async Task KillAsync(string runId)
        {
            // In the midst of its shards, when it holds some.
            while (!(await mesh.Api.WorkAsync(runId, Ct)).Any(Held))
            {
                await Task.Delay(10, Ct);
            }

            mesh.Processes["capture-1"].Kill();
        }

        static bool Held(WorkPiece w) =>
            w is { Kind: "shard", State: "leased" } && w.Owner.StartsWith("capture-1-", StringComparison.Ordinal);

        static bool IsKilled(ReceivedSpan s) => s.Instance.StartsWith("capture-1-", StringComparison.Ordinal);
    }

    // On a busy machine an event is late, not lost: nothing is to be published twice where every span is counted.
    private static Dictionary<string, string> Patient(OtlpReceiver collector) => new(collector.Settings)
    {
        ["Work__Lease"] = "00:01:00",
        ["Work__RepublishAfter"] = "00:01:00",
        ["Work__ReconcileInterval"] = "00:01:00",
    };

    // A call between processes is a span of the client, made by HTTP, and one of the server.
    private static bool IsCall(ReceivedSpan span) =>
        span.Tags.ContainsKey("http.request.method") || span.Tags.ContainsKey("rpc.system");

    private static bool IsStep(ReceivedSpan span) =>
        span.ParentId.Length == 0
        || !(IsCall(span) || span.Name.StartsWith("publish ", StringComparison.Ordinal));

    // Events come at least once; a second delivery finds its work held or done, and does nothing.
    private static bool IsIdle(ReceivedTrace trace, ReceivedSpan span) =>
        span.Name.StartsWith("process ", StringComparison.Ordinal)
        && !trace.Spans.Any(s => s.ParentId == span.SpanId);

    private static IEnumerable<string> Tree(ReceivedTrace trace)
    {
        var root = trace.Roots.Single();
        return trace.Shape(s => IsStep(s) && !IsIdle(trace, s)).Select(line => line
            .Replace(root.Name, "SubmitRun", StringComparison.Ordinal)
            .Replace("> run @capture", "> run @*", StringComparison.Ordinal)
            .Replace("> run @koopman", "> run @*", StringComparison.Ordinal)
            .Replace("> run @credit", "> run @*", StringComparison.Ordinal));
    }

    private static void AssertTagged(ReceivedTrace trace, FinishedRun run)
    {
        Assert.All(
            trace.Spans.Where(static s => s.Name.StartsWith("work ", StringComparison.Ordinal)),
            s =>
            {
                Assert.Equal(run.Id, s.Tags["koopmanmesh.run.id"]);
                Assert.Equal("1", s.Tags["koopmanmesh.attempt"]);
                Assert.Equal("done", s.Tags["outcome"]);
                Assert.False(s.IsError);
            });
        Assert.Equal(
            Enumerable.Range(0, Shards).Select(static i => $"shard {i}").Order(StringComparer.Ordinal),
            trace.Named("work shard").Select(static s => s.Tags["koopmanmesh.work"]).Order(StringComparer.Ordinal));
        Assert.Equal(
            Enumerable.Range(0, Components).SelectMany(static c => Enumerable.Repeat($"{c}", Shards)),
            trace.Named("koopman.fold").Select(static s => s.Tags["koopmanmesh.component"]).Order());
        Assert.Equal(
            SharedMesh.Job.Rows,
            trace.Named("capture.shard").Sum(static s => long.Parse(s.Tags["koopmanmesh.rows"], null)));
        Assert.All(
            trace.Spans.Where(static s => s.Name.StartsWith("koopman", StringComparison.Ordinal)),
            static s => Assert.InRange(s.Tags.Count, 1, 8));
    }

    // Every delivery is linked to the one publication that it came from.
    private static void AssertPublished(ReceivedTrace trace)
    {
        Assert.Equal(Shards, trace.Count("publish koopmanmesh.run.v1.shard-planned"));
        Assert.Equal(Merges, trace.Count("publish koopmanmesh.run.v1.merge-planned"));
        Assert.Equal(Components, trace.Count("publish koopmanmesh.run.v1.fit-planned"));
        Assert.Equal(1, trace.Count("publish koopmanmesh.run.v1.score-planned"));
        Assert.Equal(1, trace.Count("publish koopmanmesh.run.v1.run-scored"));
        Assert.All(
            trace.Spans.Where(static s => s.Name.StartsWith("process ", StringComparison.Ordinal)),
            s =>
            {
                var publication = Assert.Single(trace.Spans, p => s.Links.Contains(p.SpanId));
                Assert.Equal(s.Name.Replace("process", "publish", StringComparison.Ordinal), publication.Name);
            });
    }

    // A process is its replica: two of capture, two of koopman, one of credit, each with a name of its own.
    private static void AssertNamed(ReceivedTrace trace)
    {
        Assert.Equal(5, trace.Spans.Select(static s => s.Instance).Distinct().Count());
        Assert.All(
            trace.Spans,
            static s => Assert.StartsWith($"{s.Service}-", s.Instance, StringComparison.Ordinal));
    }

    private static async Task AssertMeasuredAsync(OtlpReceiver collector)
    {
        (string, string)[] expected =
        [
            ("capture", "koopmanmesh.capture.rows"), ("capture", "koopmanmesh.capture.bytes"),
            ("koopman", "koopmanmesh.fold.snapshots"), ("koopman", "koopmanmesh.fold.streams"),
            ("capture", "koopmanmesh.work.duration"), ("koopman", "koopmanmesh.work.wait"),
            ("credit", "koopmanmesh.ledger.reachable"), ("credit", "koopmanmesh.event.delivery.duration"),
        ];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (Array.Find(expected, e => !collector.Instruments.ContainsKey(e)) is { Item1: not null } missing)
        {
            Assert.False(limit.IsCancellationRequested, $"{missing.Item2} never came from {missing.Item1}");
            await Task.Delay(50, Ct);
        }
    }

    // What koopmesh trace shows is what the collector got.
    private static async Task AssertKeptAsync(RunningMesh mesh, FinishedRun run, ReceivedTrace trace)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var expected = trace.Spans.Select(static s => s.SpanId).ToHashSet();
        var kept = await mesh.Api.TraceAsync(run.Id, Ct);
        while (!expected.IsSubsetOf(kept.Select(static s => s.SpanId)) || kept.Any(static s => s.EndUnixNanos == 0))
        {
            Assert.False(limit.IsCancellationRequested, $"{kept.Count} of {expected.Count} spans were kept");
            await Task.Delay(100, Ct);
            kept = await mesh.Api.TraceAsync(run.Id, Ct);
        }

        Assert.DoesNotContain(kept, static s => s.Name == "lost");
        Assert.Single(kept, static s => s.ParentSpanId.Length == 0);
    }
}
