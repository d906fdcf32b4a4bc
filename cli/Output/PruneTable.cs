using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>A pruning on a terminal.</summary>
internal static class PruneTable
{
    private const int MostTensors = 30;
    private const int BarCells = 16;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    private static readonly Style Bar = new(Color.Blue);

    public static void Write(
        IAnsiConsole console, PruneSettings settings, IReadOnlyList<ParameterTensor> tensors, PruneReport report,
        IReadOnlyList<string> notes)
    {
        var terminal = new TerminalText(console);
        terminal.WriteLine(
            ($"{Numbers.Count(report.Pruned)} of {Numbers.Count(report.Prunable)} prunable parameters ", null),
            ($"({Numbers.Percent(Share(report.Pruned, report.Prunable))}) of ", null), (settings.Run, Bold),
            (" are pruned; the masks are in ", null), (settings.Output, Bold), (".", null));
        terminal.WriteLines([.. Facts(report)]);
        WriteTensors(terminal, tensors, report);
        terminal.WriteLines(
        [
            .. Doubt(report),
            .. report.Warnings.Select(warning => ("caution", Flagged, TrainingWords.At(warning))),
            .. notes.Select(note => ("note", Dim, note)),
            ("next", Bold, "multiply the weights by their masks, train on with the masks held, and compare accuracies"),
        ]);
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Facts(PruneReport report)
    {
        yield return ("score", Dim,
            $"|w∞| + {Numbers.Small(report.Alpha)} × transient, pruned up to {Numbers.Small(report.Threshold)}");
        yield return ("magnitude", Dim,
            $"{Numbers.Percent(report.MagnitudeOverlap)} of these the size of the last weights would prune, too");
        yield return ("frozen", Dim,
            $"{Numbers.Count(report.Frozen)} parameters hardly move any more by the trusted modes: training could "
            + "leave them out");
        if (report.Window is { } window)
        {
            yield return ("window", Dim,
                $"steps {window.FirstStep} to {window.LastStep}, rank {window.Rank}, "
                + $"{Numbers.Percent(window.NearOneMass)} of the importance near one, "
                + $"{Numbers.Percent(window.Unexplained)} of the movement missed");
        }
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Doubt(PruneReport report)
    {
        if (report.Window is { } window && TrainingWords.IsNoise(window))
        {
            yield return ("caution", Flagged,
                $"the trusted modes miss {Numbers.Percent(window.Unexplained)} of a movement of "
                + $"{Numbers.Percent(window.Movement / window.StateNorm)} of the weights' norm: don't freeze by them, "
                + "and take the masks for what magnitudes say");
        }
    }

    private static void WriteTensors(TerminalText terminal, IReadOnlyList<ParameterTensor> tensors, PruneReport report)
    {
        var table = terminal.Table();
        table.AddColumns(
            [terminal.Column("Tensor"), terminal.Column("Shape", number: true), terminal.Column("Pruned")]);
        foreach (var (tensor, fraction) in tensors.Zip(report.TensorFractions).Take(MostTensors))
        {
            table.AddRow(
                terminal.Plain(tensor.Name, Bold), terminal.Plain(Numbers.Shape(tensor.Shape)),
                terminal.Plain($"{Numbers.Percent(fraction),7} {terminal.Bar(fraction, BarCells)}", Bar));
        }

        terminal.Write(table);
        if (report.TensorFractions.Count > MostTensors)
        {
            terminal.WriteLine(
                ($"{Numbers.Count(report.TensorFractions.Count - MostTensors)} more tensors; --json lists them", Dim));
        }
    }

    private static double Share(long part, long whole) => whole > 0 ? (double)part / whole : 0;
}
