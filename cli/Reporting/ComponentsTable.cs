using System.Globalization;
using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>The component chain of a model on a terminal.</summary>
internal static class ComponentsTable
{
    private const int WideFrom = 110;

    private static readonly Style Noted = new(Color.Yellow);

    /// <summary>Writes what <paramref name="response"/> describes.</summary>
    public static void Write(IAnsiConsole console, DescribeModelResponse response)
    {
        var terminal = new TerminalText(console);
        if (response.Model is { } model)
        {
            WriteModel(terminal, model);
        }

        var table = terminal.Table().AddColumns(
            terminal.Column("#", number: true),
            terminal.Column("Component"),
            terminal.Column("Kind"),
            terminal.Column("Operators"),
            terminal.Column("In → out"),
            terminal.Column("Parameters", number: true));
        var operators = terminal.Width >= WideFrom ? 8 : 3;
        foreach (var component in response.Components)
        {
            table.AddRow(
                terminal.Plain(component.Index.ToString(CultureInfo.InvariantCulture)),
                terminal.Plain(component.Name),
                terminal.Plain(component.Kind),
                terminal.Plain(TerminalText.Operators(component.Operators, operators)),
                terminal.Plain($"{Numbers.Shape(component.InputShape)} → {Numbers.Shape(component.OutputShape)}"),
                terminal.Plain(Numbers.Count(component.Parameters)));
        }

        terminal.Write(table);
        terminal.WriteLines([.. response.Notes.Select(note => ("note", Noted, note))]);
    }

    private static void WriteModel(TerminalText terminal, ModelSummary model)
    {
        terminal.WriteLine(
            (model.Name, new Style(decoration: Decoration.Bold)),
            ($"  {Numbers.Count(model.Parameters)} parameters · {Numbers.Shape(model.InputShape)} → "
                + $"{Numbers.Shape(model.OutputShape)} · opset {model.Opset} · batching: {model.Batching}", null));
        terminal.WriteLines([.. model.Repairs.Select(repair => ("repaired", Noted, repair))]);
    }
}
