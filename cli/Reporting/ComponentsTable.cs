using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>The component chain of a model on a terminal.</summary>
internal static class ComponentsTable
{
    private const int WideFrom = 110;

    /// <summary>Writes what <paramref name="response"/> describes.</summary>
    public static void Write(IAnsiConsole console, DescribeModelResponse response)
    {
        if (response.Model is { } model)
        {
            WriteModel(console, model);
        }

        var table = TerminalText.Table(console);
        table.AddColumn(new TableColumn("#").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Component"));
        table.AddColumn(new TableColumn("Kind").NoWrap());
        table.AddColumn(new TableColumn("Operators"));
        table.AddColumn(new TableColumn("In → out"));
        table.AddColumn(new TableColumn("Parameters").RightAligned().NoWrap());
        var operators = console.Profile.Width >= WideFrom ? 8 : 3;
        foreach (var component in response.Components)
        {
            table.AddRow(
                TerminalText.Plain(component.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                TerminalText.Plain(component.Name),
                TerminalText.Plain(component.Kind),
                TerminalText.Plain(TerminalText.Operators(component.Operators, operators)),
                TerminalText.Plain($"{Numbers.Shape(component.InputShape)} → {Numbers.Shape(component.OutputShape)}"),
                TerminalText.Plain(Numbers.Count(component.Parameters)));
        }

        console.Write(table);
        foreach (var note in response.Notes)
        {
            TerminalText.Line(console, "note", note, new Style(Color.Yellow));
        }
    }

    private static void WriteModel(IAnsiConsole console, ModelSummary model)
    {
        console.Write(TerminalText.Plain(model.Name, new Style(decoration: Decoration.Bold)));
        console.Write(TerminalText.Plain(
            $"  {Numbers.Count(model.Parameters)} parameters · {Numbers.Shape(model.InputShape)} → "
            + $"{Numbers.Shape(model.OutputShape)} · opset {Numbers.Count(model.Opset)} · batching: {model.Batching}"));
        console.WriteLine();
        foreach (var repair in model.Repairs)
        {
            TerminalText.Line(console, "repaired", repair, new Style(Color.Yellow));
        }
    }
}
