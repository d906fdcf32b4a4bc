using System.Text;

namespace KoopmanMesh.Experiments.Tables;

/// <summary>A table in Markdown, columns padded so that the source reads as well as the page.</summary>
internal sealed class MarkdownTable
{
    private readonly List<string[]> _rows = [];

    public MarkdownTable(params string[] headings) => _rows.Add(headings);

    public MarkdownTable Add(params string[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    public override string ToString()
    {
        var widths = Enumerable.Range(0, _rows[0].Length)
            .Select(c => Math.Max(3, _rows.Max(r => r[c].Length))).ToArray();
        var text = new StringBuilder();
        Line(text, widths.Select((w, c) => _rows[0][c].PadRight(w)));
        Line(text, widths.Select((w, c) => c == 0 ? new string('-', w) : new string('-', w - 1) + ":"));
        foreach (var row in _rows.Skip(1))
        {
            Line(text, widths.Select((w, c) => c == 0 ? row[c].PadRight(w) : row[c].PadLeft(w)));
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
