using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>A run's trace as text: a line a span, its tree on the left, its place in time on the right.</summary>
internal sealed class TraceWaterfall
{
    private const double Nano = 1e-9;
    private const int TookWidth = 8;
    private const int WideFrom = 110;
    private static readonly Style _error = new(Color.Red);
    private static readonly Style _note = new(Color.Yellow);
    private static readonly Color[] _colors = [Color.Blue, Color.Green, Color.Fuchsia, Color.Aqua, Color.Olive];

    private readonly TerminalText _terminal;
    private readonly List<string> _services;
    private readonly long _start;
    private readonly double _total;
    private readonly int _nameWidth;
    private readonly int _whereWidth;

    private TraceWaterfall(TerminalText terminal, IReadOnlyList<Span> spans)
    {
        _terminal = terminal;
        _services = [.. spans.Select(static s => s.Service).Where(static s => s.Length > 0).Distinct().Order()];
        _start = spans.Min(static s => s.StartUnixNanos);
        _total = Math.Max(1, spans.Max(static s => Math.Max(s.StartUnixNanos, s.EndUnixNanos)) - _start);
        (_nameWidth, _whereWidth) = terminal.Width >= WideFrom ? (46, 20) : (32, 12);
    }

    private int BarWidth => Math.Max(8, _terminal.Width - _nameWidth - _whereWidth - TookWidth - 4);

    public static void Write(IAnsiConsole console, IReadOnlyList<Span> spans, int limit)
    {
        var terminal = new TerminalText(console);
        if (spans.Count == 0)
        {
            terminal.WriteLine(("no span was kept", _note));
            return;
        }

        var waterfall = new TraceWaterfall(terminal, spans);
        waterfall.WriteHead(spans);
        var nodes = TraceTree.Of(spans, limit);
        foreach (var node in nodes)
        {
            waterfall.WriteSpan(node);
        }

        if (nodes.Count < spans.Count)
        {
            terminal.WriteLine(($"{Numbers.Count(spans.Count - nodes.Count)} shorter spans are not shown; --limit 0 "
                + "shows all, --json has them too", OperatorTable.Label));
        }
    }

    private void WriteHead(IReadOnlyList<Span> spans)
    {
        var processes = spans.Select(static s => s.Instance).Where(static i => i.Length > 0).Distinct().Count();
        _terminal.WriteLine(
            ("trace ", OperatorTable.Label),
            (spans[0].TraceId, null),
            ($" · {Numbers.Count(spans.Count)} spans · {Counted(processes, "process", "processes")} · "
                + Durations.Text(_total * Nano), OperatorTable.Label));
        var end = Durations.Text(_total * Nano);
        _terminal.WriteLine((
            $"{"Span".PadRight(_nameWidth)} {"Where".PadRight(_whereWidth)} {"Took",TookWidth} "
            + "0" + end.PadLeft(BarWidth - 1), OperatorTable.Label));
    }

    private void WriteSpan(TraceNode node)
    {
        var span = node.Span;
        var style = StyleOf(span);
        var took = TraceNotes.IsLost(span) ? "" : Durations.Text((span.EndUnixNanos - span.StartUnixNanos) * Nano);
        var indent = new string(' ', Math.Min(2 * node.Depth, _nameWidth / 2));
        _terminal.WriteLine(
            (Fit(indent + TraceNotes.NameOf(span), _nameWidth) + " ", TraceNotes.IsError(span) ? _error : null),
            (Fit(WhereOf(span), _whereWidth) + " ", OperatorTable.Label),
            (took.PadLeft(TookWidth) + " ", null),
            (Bar(span), style));
        if (TraceNotes.HasAny(span))
        {
            _terminal.WriteLine(
                (Fit($"{indent}  {string.Join("; ", TraceNotes.Of(span))}", _terminal.Width - 1).TrimEnd(),
                TraceNotes.IsError(span) ? _error : _note));
        }
    }

    // At least a sliver, so that a short span can be seen.
    private string Bar(Span span)
    {
        var end = span.EndUnixNanos > 0 ? span.EndUnixNanos : _start + (long)_total;
        var from = (int)Math.Min(BarWidth - 1, (span.StartUnixNanos - _start) / _total * BarWidth);
        var cells = (end - span.StartUnixNanos) / _total * BarWidth;
        var width = Math.Clamp((int)Math.Ceiling(cells), 1, BarWidth - from);
        return new string(' ', from) + _terminal.Bar(Math.Max(cells, 0.125) / width, width).TrimEnd();
    }

    private Style StyleOf(Span span) => span switch
    {
        _ when TraceNotes.IsError(span) => _error,
        _ when TraceNotes.IsLost(span) => new Style(Color.Grey),
        _ => new Style(_colors[Math.Max(0, _services.IndexOf(span.Service)) % _colors.Length]),
    };

    // The random part tells a replica from the one before its restart; a narrow terminal has no room for it.
    private string WhereOf(Span span)
    {
        var cut = span.Instance.LastIndexOf('-');
        return cut > 0 && span.Instance.Length > _whereWidth ? span.Instance[..cut] : span.Instance;
    }

    private static string Fit(string text, int width) =>
        text.Length <= width ? text.PadRight(width) : string.Concat(text.AsSpan(0, width - 1), "…");

    private static string Counted(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}
