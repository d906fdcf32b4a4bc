using Spectre.Console;
using Spectre.Console.Rendering;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Text from untrusted files on a terminal: never markup, never a control sequence.</summary>
internal static class TerminalText
{
    /// <summary>A table without verticals, in characters the terminal has.</summary>
    public static Table Table(IAnsiConsole console) => new()
    {
        Border = console.Profile.Capabilities.Unicode ? TableBorder.Simple : TableBorder.Ascii2,
        BorderStyle = new Style(Color.Grey),
    };

    /// <summary>The text as it is, control characters made visible.</summary>
    public static Text Plain(string text, Style? style = null) => new(Clean(text), style);

    /// <summary>A labelled line, wrapped under its text.</summary>
    public static void Line(IAnsiConsole console, string label, string text, Style style)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(1)).AddColumn(new GridColumn().PadRight(0));
        grid.AddRow(new IRenderable[] { Plain(label, style), Plain(text) });
        console.Write(grid);
    }

    /// <summary>Operator names, at most <paramref name="most"/> of them.</summary>
    public static string Operators(IReadOnlyCollection<string> operators, int most) => operators.Count <= most
        ? string.Join(' ', operators)
        : $"{string.Join(' ', operators.Take(most))} +{Numbers.Count(operators.Count - most)}";

    /// <summary>Replaces control characters, so that a name cannot move the cursor or recolour the screen.</summary>
    public static string Clean(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
        }
    });
}
