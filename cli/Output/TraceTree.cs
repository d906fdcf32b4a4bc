using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Output;

/// <summary>A span where it hangs.</summary>
/// <param name="Span">The span.</param>
/// <param name="Depth">0 for the root.</param>
internal sealed record TraceNode(Span Span, int Depth);

/// <summary>The spans of a run in the order in which a waterfall shows them.</summary>
internal static class TraceTree
{
    /// <summary>
    /// All spans, each before its children and these by their start; or, of more than <paramref name="limit"/>, those
    /// with something to tell and the longest, with all that they hang on.
    /// </summary>
    public static IReadOnlyList<TraceNode> Of(IReadOnlyList<Span> spans, int limit)
    {
        var known = spans.DistinctBy(static s => s.SpanId).ToDictionary(static s => s.SpanId);
        var shown = limit == 0 || spans.Count <= limit ? known : Choose(known, limit);
        var children = shown.Values
            .OrderBy(static s => s.StartUnixNanos)
            .ToLookup(s => known.ContainsKey(s.ParentSpanId) ? s.ParentSpanId : "");
        var nodes = new List<TraceNode>();
        var open = new Stack<TraceNode>(children[""].Reverse().Select(static s => new TraceNode(s, 0)));
        while (open.TryPop(out var node))
        {
            nodes.Add(node);
            foreach (var child in children[node.Span.SpanId].Reverse())
            {
                open.Push(new TraceNode(child, node.Depth + 1));
            }
        }

        return nodes;
    }

    private static Dictionary<string, Span> Choose(Dictionary<string, Span> known, int limit)
    {
        var chosen = new Dictionary<string, Span>();
        foreach (var span in known.Values
            .OrderByDescending(TraceNotes.HasAny)
            .ThenByDescending(static s => s.EndUnixNanos - s.StartUnixNanos))
        {
            if (chosen.Count >= limit)
            {
                break;
            }

            for (var s = span; s is not null && chosen.TryAdd(s.SpanId, s); s = known.GetValueOrDefault(s.ParentSpanId))
            {
            }
        }

        return chosen;
    }
}
