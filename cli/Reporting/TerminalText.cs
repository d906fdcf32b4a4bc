using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Text for one terminal: never markup, never a control sequence, and only characters it has.</summary>
internal sealed class TerminalText(IAnsiConsole console)
{
    private static readonly Dictionary<char, string> Spelt = new()
    {
        ['–'] = "-",
        ['…'] = "..",
        ['→'] = "->",
        ['×'] = "x",
        ['·'] = "|",
        ['τ'] = "tau",
        ['λ'] = "lambda",
        ['±'] = "+-",
        ['∞'] = "inf",
    };

    private const string Eighths = "▏▎▍▌▋▊▉";

    private readonly bool _unicode = console.Profile.Capabilities.Unicode;

    /// <summary>The terminal's width in columns.</summary>
    public int Width => console.Profile.Width;

    /// <summary>A table without verticals and with two blanks between columns.</summary>
    public Table Table() => new()
    {
        Border = _unicode ? TableBorder.Simple : TableBorder.Ascii2,
        BorderStyle = new Style(Color.Grey),
    };

    /// <summary>A column that hugs its content.</summary>
    public TableColumn Column(string header, bool number = false, Style? style = null)
    {
        var column = new TableColumn(Plain(header, style)) { Padding = new Padding(0, 0, 1, 0) };
        return number ? column.RightAligned().NoWrap() : column;
    }

    /// <summary>The text as this terminal can show it, control characters made visible.</summary>
    public Text Plain(string text, Style? style = null) => new(Clean(text), style);

    /// <summary>Writes labelled lines, each wrapped under its own text.</summary>
    public void WriteLines(IReadOnlyCollection<(string Label, Style Style, string Text)> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn().PadRight(0));
        foreach (var (label, style, text) in lines)
        {
            grid.AddRow(new IRenderable[] { Plain(label, style), Plain(text) });
        }

        console.Write(grid);
    }

    /// <summary>Writes a paragraph made of styled pieces.</summary>
    public void WriteLine(params (string Text, Style? Style)[] pieces)
    {
        var paragraph = new Paragraph();
        foreach (var (text, style) in pieces)
        {
            paragraph.Append(Clean(text), style);
        }

        console.Write(paragraph);
        console.WriteLine();
    }

    /// <summary>Writes what was built.</summary>
    public void Write(IRenderable renderable) => console.Write(renderable);

    /// <summary>A bar of <paramref name="cells"/> columns filled to a fraction, in eighths of a column.</summary>
    public string Bar(double fraction, int cells)
    {
        var eighths = (int)Math.Round(Math.Clamp(fraction, 0, 1) * cells * 8);
        var bar = _unicode
            ? new string('█', eighths / 8) + (eighths % 8 == 0 ? "" : Eighths[(eighths % 8) - 1])
            : new string('#', (eighths + 4) / 8);
        return bar.PadRight(cells);
    }

    /// <summary>Operator names, at most <paramref name="most"/> of them.</summary>
    public static string Operators(IReadOnlyCollection<string> operators, int most)
    {
        var named = string.Join(' ', operators.Take(most)).Replace("Normalization", "Norm", StringComparison.Ordinal);
        return operators.Count <= most ? named : $"{named} +{Numbers.Count(operators.Count - most)}";
    }

    // A name from a file must not move the cursor nor recolour the screen.
    private string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                _ when char.IsControl(letter) => clean.Append(_unicode ? '\uFFFD' : '?'),
                _ when !_unicode && Spelt.TryGetValue(letter, out var spelt) => clean.Append(spelt),
                _ => clean.Append(letter),
            };
        }

        return clean.ToString();
    }
}
