using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>A comparison of two trainings on a terminal.</summary>
internal static class CompareTable
{
    private const int MostRows = 20;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    public static void Write(
        IAnsiConsole console, CompareSettings settings, CompareTrainingsRequest request, CompareTrainingsResponse found)
    {
        var terminal = new TerminalText(console);
        terminal.WriteLine((found.Verdict, Bold));
        terminal.WriteLines(
        [
            ("distance", Dim, $"{Numbers.Small(found.Distance)}, the mean over matched eigenvalues"),
            .. Tests(found),
            ("first", Dim, Text(settings.First, request.First.Count)),
            ("second", Dim, Text(settings.Second, request.Second.Count)),
            .. request.Layer.Length > 0 ? [("layer", Dim, request.Layer)] : Array.Empty<(string, Style, string)>(),
        ]);
        WritePairs(terminal, found);
        terminal.WriteLines([.. found.Warnings.Select(warning => ("caution", Flagged, TrainingWords.At(warning)))]);
    }

    // Exchanging eigenvalues takes them for independent, which those of one run are not; exchanging runs doesn't.
    private static IEnumerable<(string Label, Style Style, string Text)> Tests(CompareTrainingsResponse found)
    {
        if (found.Runs is { } runs)
        {
            yield return ("runs", Bold,
                $"p = {Numbers.Small(runs.PValue)} over {Numbers.Count(runs.Exchanges)} exchanges of whole runs, the "
                + $"smallest possible {Numbers.Small(runs.Smallest)}: {Numbers.Small(runs.Between)} apart between the "
                + $"groups, {Numbers.Small(runs.Within)} within");
        }

        yield return ("pairs", found.Runs is null ? Bold : Dim,
            $"p = {Numbers.Small(found.PValue)} by exchanges of matched eigenvalues"
            + (found.Runs is null ? "; with three runs a side whole runs are exchanged, which says more" : ""));
        if (found.Lost > 0)
        {
            yield return ("lost", Dim,
                $"{Numbers.Percent(found.Lost)} of the snapshots' energy in the reduction to few directions");
        }
    }

    private static void WritePairs(TerminalText terminal, CompareTrainingsResponse found)
    {
        var table = terminal.Table();
        table.AddColumns([
            terminal.Column("First", number: true), terminal.Column("Second", number: true),
            terminal.Column("Apart", number: true),
        ]);
        foreach (var (first, second) in found.First.Zip(found.Second).Take(MostRows))
        {
            table.AddRow(
                terminal.Plain(TrainingWords.OneEigenvalue(first)), terminal.Plain(TrainingWords.OneEigenvalue(second)),
                terminal.Plain(Numbers.Small(double.Hypot(
                    first.Real - second.Real, first.Imaginary - second.Imaginary))));
        }

        terminal.Write(table);
        if (found.First.Count > MostRows)
        {
            terminal.WriteLine(($"{Numbers.Count(found.First.Count - MostRows)} more pairs; --json lists them", Dim));
        }
    }

    private static string Text(string path, int runs) => runs == 1 ? path : $"{path}: {Numbers.Count(runs)} runs";
}
