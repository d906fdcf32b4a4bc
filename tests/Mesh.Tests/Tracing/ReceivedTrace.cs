using System.Globalization;
using System.Text;
using KoopmanMesh.Mesh.Tests.Otlp;

namespace KoopmanMesh.Mesh.Tests.Tracing;

/// <summary>A span as it came over the wire.</summary>
internal sealed record ReceivedSpan(
    string TraceId, string SpanId, string ParentId, string Name, string Service, string Instance, bool IsError,
    IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Links)
{
    public static ReceivedSpan Of(OtlpSpan span, string service, string instance) => new(
        Convert.ToHexStringLower(span.TraceId.Span),
        Convert.ToHexStringLower(span.SpanId.Span),
        Convert.ToHexStringLower(span.ParentSpanId.Span),
        span.Name,
        service,
        instance,
        span.Status?.Code == 2,
        span.Attributes.ToDictionary(static a => a.Key, static a => Text(a.Value)),
        [.. span.Links.Select(static l => Convert.ToHexStringLower(l.SpanId.Span))]);

    private static string Text(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        _ => "",
    };
}

/// <summary>All spans of one trace id.</summary>
internal sealed class ReceivedTrace(IReadOnlyList<ReceivedSpan> spans)
{
    private readonly Dictionary<string, ReceivedSpan> _byId = spans.ToDictionary(static s => s.SpanId);

    public IReadOnlyList<ReceivedSpan> Spans => spans;

    /// <summary>Spans that have no parent.</summary>
    public IEnumerable<ReceivedSpan> Roots => spans.Where(static s => s.ParentId.Length == 0);

    /// <summary>Spans whose parent never came.</summary>
    public IEnumerable<ReceivedSpan> Orphans =>
        spans.Where(s => s.ParentId.Length > 0 && !_byId.ContainsKey(s.ParentId));

    public IEnumerable<ReceivedSpan> Named(string name) => spans.Where(s => s.Name == name);

    public int Count(string name) => Named(name).Count();

    public ReceivedSpan? ParentOf(ReceivedSpan span) => _byId.GetValueOrDefault(span.ParentId);

    /// <summary>The span and what it hangs on, up to the root.</summary>
    public IEnumerable<ReceivedSpan> PathOf(ReceivedSpan span)
    {
        for (var s = span; s is not null; s = ParentOf(s))
        {
            yield return s;
        }
    }

    /// <summary>
    /// The tree as lines, equal ones counted: <c>2 x   work shard @capture</c>. The nearest thing to a picture that can
    /// be compared.
    /// </summary>
    public IReadOnlyList<string> Shape(Func<ReceivedSpan, bool> shown)
    {
        var lines = spans.Where(shown)
            .Select(s => PathOf(s).Where(shown).Reverse().Select(static p => $"{p.Name} @{p.Service}"))
            .Select(static path => string.Join(" > ", path));
        return [.. lines.GroupBy(static l => l).OrderBy(static g => g.Key, StringComparer.Ordinal)
            .Select(static g => $"{g.Count()} x {g.Key}")];
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var span in spans)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{span.SpanId} < {(span.ParentId.Length == 0 ? "-" : span.ParentId)} {span.Name} @{span.Instance}");
        }

        return text.ToString();
    }
}
