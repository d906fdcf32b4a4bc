using System.Diagnostics;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>Makes one tree of what processes kept of a trace, some of which may have been killed.</summary>
internal static class TraceTree
{
    /// <summary>Name of a span that stands for one that was never written.</summary>
    internal const string Lost = "lost";

    private const long NanosPerTick = 100;

    internal static List<KeptSpan> Connect(
        Dictionary<string, KeptSpan> spans, ActivityContext root, RunRecord run)
    {
        var rootId = root.SpanId.ToHexString();

        // Whoever called may have a span of its own: it is not of this run.
        spans[rootId] = spans.TryGetValue(rootId, out var known)
            ? known with { ParentSpanId = "" }
            : Accepted(root, run);
        foreach (var orphans in spans.Values
            .Where(s => s.ParentSpanId.Length > 0 && !spans.ContainsKey(s.ParentSpanId))
            .GroupBy(static s => s.ParentSpanId, StringComparer.Ordinal)
            .ToList())
        {
            spans[orphans.Key] = Placeholder(orphans.Key, [.. orphans], spans[rootId]);
        }

        return [.. spans.Values.OrderBy(static s => s.StartUnixNanos).ThenBy(static s => s.SpanId)];
    }

    private static KeptSpan Placeholder(string spanId, KeptSpan[] children, KeptSpan root) => new()
    {
        TraceId = root.TraceId,
        SpanId = spanId,
        ParentSpanId = root.SpanId,
        RootSpanId = root.SpanId,
        Name = Lost,
        Service = "",
        Instance = "",
        StartUnixNanos = children.Min(static c => c.StartUnixNanos),
        EndUnixNanos = children.Max(static c => Math.Max(c.StartUnixNanos, c.EndUnixNanos)),
    };

    // The process that accepted the run was killed before it wrote the root; the ledger knows when that was.
    private static KeptSpan Accepted(ActivityContext root, RunRecord run)
    {
        var at = (run.CreatedAt.UtcDateTime - DateTime.UnixEpoch).Ticks * NanosPerTick;
        return new()
        {
            TraceId = root.TraceId.ToHexString(),
            SpanId = root.SpanId.ToHexString(),
            RootSpanId = root.SpanId.ToHexString(),
            Name = Lost,
            Service = "",
            Instance = "",
            StartUnixNanos = at,
            EndUnixNanos = at,
        };
    }
}
