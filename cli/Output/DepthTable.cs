using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>Advice on depth on a terminal.</summary>
internal static class DepthTable
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    public static void Write(IAnsiConsole console, DepthSettings settings, AdviseDepthResponse advice)
    {
        var terminal = new TerminalText(console);
        terminal.WriteLine((advice.Verdict, Bold));
        terminal.WriteLines(
        [
            ("data", Dim, $"{Numbers.Count(advice.Rows)} rows of {settings.Model ?? string.Join(", ", settings.Data)}"),
            ("fit", advice.Explained > 0.5 ? Dim : Flagged,
                $"explains {Numbers.Percent(advice.Explained)} of the variance of unseen rows"),
            ("layers", Dim, $"{advice.Layers} by the step rule"
                + (advice.HasContractionLayers ? $", {advice.ContractionLayers} by the contraction rule" : "")),
            .. advice.Vanishing > 0
                ? [("vanishing", Flagged, $"{advice.Vanishing} modes are gone after the map: no depth reaches them")]
                : Array.Empty<(string, Style, string)>(),
        ]);
        if (advice.Modes.Count > 0)
        {
            TrainingModeTable.Write(terminal, advice.Modes, advice.Untrusted);
        }

        terminal.WriteLines([.. advice.Warnings.Select(warning => ("caution", Flagged, TrainingWords.At(warning)))]);
    }
}
