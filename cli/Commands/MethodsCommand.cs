using System.CommandLine;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Observables;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh methods [NAME]</c>: what <c>fit --method</c> takes.</summary>
internal static class MethodsCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "One method, to see its source and options.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("methods", "The methods of fit; with a name, the options of one.") { name };
        command.SetAction(result =>
        {
            Write(Terminal.Output, result.GetValue(name));
            return ExitCodes.Success;
        });
        return command;
    }

    internal static void Write(IAnsiConsole console, string? name)
    {
        var terminal = new TerminalText(console);
        if (name is null)
        {
            WriteAll(terminal);
            return;
        }

        try
        {
            WriteOne(terminal, EstimatorCatalogue.Find(name));
        }
        catch (EstimatorRequestException e)
        {
            throw new CliException(ExitCodes.BadInput, e.Message, e);
        }
    }

    private static void WriteAll(TerminalText terminal)
    {
        terminal.WriteLines(
            [.. EstimatorCatalogue.Methods.Select(m => (m.Name, OperatorTable.Label, $"{m.Summary}{Needs(m)}"))]);
        WriteGrammar(terminal, "--rank", RankRuleText.Grammar);
        WriteGrammar(terminal, "--dictionary", ObservablesSpec.Grammar);
        terminal.WriteLine(("", null));
        terminal.WriteLine(("koopmesh methods NAME lists the options of one.", OperatorTable.Label));
    }

    private static void WriteOne(TerminalText terminal, EstimatorMethod method)
    {
        var aliases = method.Aliases.Count > 0 ? $" (also {string.Join(", ", method.Aliases)})" : "";
        terminal.WriteLine((method.Name, null), ($"{aliases}: {method.Summary}{Needs(method)}", null));
        terminal.WriteLine((method.Source, OperatorTable.Label));
        var table = terminal.Table();
        table.AddColumns(terminal.Column("Option"), terminal.Column("Default"), terminal.Column("What"));
        foreach (var option in method.Options)
        {
            var value = option.ValueOf(method.Prototype);
            table.AddRow(
                terminal.Plain(FitArguments.FlagOf(option.Name)), terminal.Plain(value.Length == 0 ? "-" : value),
                terminal.Plain($"{option.Summary} ({option.Type})"));
        }

        terminal.Write(table);
    }

    private static string Needs(EstimatorMethod method) =>
        (method.TakesInputs ? " Needs --inputs." : "")
        + (method.TakesTimes ? " Takes --times." : "")
        + (method.NeedsTrajectories ? " Trajectories, not pairs." : "")
        + (method.Streams ? "" : " In memory.");

    private static void WriteGrammar(TerminalText terminal, string option, string grammar)
    {
        terminal.WriteLine(("", null));
        terminal.WriteLine((option, OperatorTable.Label));
        foreach (var line in grammar.ReplaceLineEndings("\n").TrimEnd().Split('\n'))
        {
            terminal.WriteLine(($"  {line}", null));
        }
    }
}
