using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>The report of a training run on a terminal: the verdict, what led to it, and what to do next.</summary>
internal static class TrainingTable
{
    private const int FirstRows = 4;
    private const int LastRows = 12;
    private const int MostLayers = 30;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    /// <summary>Writes <paramref name="report"/> of the run in <paramref name="name"/>.</summary>
    public static void Write(IAnsiConsole console, string name, TrainingReport report, IReadOnlyList<string> notes)
    {
        var terminal = new TerminalText(console);
        terminal.WriteLine((report.Verdict, Bold));
        terminal.WriteLines([.. Facts(name, report), .. Marks(report)]);
        WriteWindows(terminal, report);
        WriteLayers(terminal, report);
        if (TrainingWords.Whole(report).LastOrDefault() is { Modes.Count: > 0 } last)
        {
            terminal.WriteLine(("Modes of the last window, most important first:", null));
            TrainingModeTable.Write(terminal, last.Modes, last.Untrusted);
        }

        terminal.WriteLines(
        [
            .. Backtest(report),
            .. TrainingFindings.Doubts(report).Select(doubt => ("caution", Flagged, doubt)),
            .. report.Warnings.Select(warning => ("caution", Flagged, TrainingWords.At(warning))),
            .. notes.Select(note => ("note", Dim, note)),
            .. TrainingFindings.Next(name, report).Select(next => ("next", Bold, next)),
        ]);
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Facts(string name, TrainingReport report)
    {
        yield return ("run", Dim, $"{name}: {TrainingWords.Run(report)}");
        if (report.Alarm is { } alarm && TrainingWords.Alarm(alarm) is { Length: > 0 } text)
        {
            yield return ("alarm", alarm.Raised ? Flagged : Dim, text);
        }
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Marks(TrainingReport report) =>
        report.Marks.Select(mark => (
            TrainingWords.Name(mark.Kind), TrainingWords.IsAlarming(mark.Kind) ? Flagged : Bold,
            $"step {mark.Step}: {mark.Text}"));

    private static void WriteWindows(TerminalText terminal, TrainingReport report)
    {
        var windows = TrainingWords.Whole(report).ToArray();
        if (windows.Length == 0)
        {
            return;
        }

        var table = terminal.Table();
        string[] names = ["Steps", "Rank", "Near one", "Transient", "max |λ|", "Missed", "Loss slope"];
        table.AddColumns([.. names.Select(title => terminal.Column(title, number: true)), terminal.Column("")]);
        for (var i = 0; i < windows.Length; i++)
        {
            if (windows.Length > FirstRows + LastRows && i == FirstRows)
            {
                i = windows.Length - LastRows;
                table.AddRow(terminal.Plain("…", Dim));
            }

            AddRow(terminal, table, windows[i], $"{windows[i].FirstStep}–{windows[i].LastStep}");
        }

        terminal.Write(table);
        if (windows.Length > FirstRows + LastRows)
        {
            var left = TrainingWords.Plural(windows.Length - FirstRows - LastRows, "window");
            terminal.WriteLine(($"{left} left out; --json lists them", Dim));
        }
    }

    private static void WriteLayers(TerminalText terminal, TrainingReport report)
    {
        var layers = report.Windows.Where(window => window.Layer.Length > 0).GroupBy(window => window.Layer)
            .Select(windows => windows.Last()).ToArray();
        if (layers.Length == 0)
        {
            return;
        }

        var table = terminal.Table();
        string[] names = ["Rank", "Near one", "Transient", "max |λ|", "Missed", "Loss slope"];
        table.AddColumns([
            terminal.Column("Layer, last window"), .. names.Select(title => terminal.Column(title, number: true)),
            terminal.Column(""),
        ]);
        foreach (var window in layers.Take(MostLayers))
        {
            AddRow(terminal, table, window, window.Layer);
        }

        terminal.Write(table);
        if (layers.Length > MostLayers)
        {
            terminal.WriteLine(($"{Numbers.Count(layers.Length - MostLayers)} more layers; --json lists them", Dim));
        }
    }

    private static void AddRow(TerminalText terminal, Table table, Window window, string name) => table.AddRow(
        terminal.Plain(name, Bold), terminal.Plain($"{window.Rank}"),
        Told(terminal, window, Numbers.Percent(window.NearOneMass)),
        Told(terminal, window, Numbers.Small(TrainingWords.Transient(window))),
        Told(terminal, window, OperatorTable.Digits(window.Instability, 4)),
        Told(terminal, window, Numbers.Percent(window.Unexplained)),
        terminal.Plain(window.HasLossSlope ? Numbers.Small(window.LossSlope) : ""),
        terminal.Plain(window.Modes.Count == 0 ? "no trusted mode" : window.Settled ? "settled" : "", Dim));

    // Without a trusted mode a window says nothing, which is not the same as nothing.
    private static Text Told(TerminalText terminal, Window window, string text) =>
        terminal.Plain(window.Modes.Count == 0 ? "–" : text);

    private static IEnumerable<(string Label, Style Style, string Text)> Backtest(TrainingReport report)
    {
        if (report.Backtest is { Horizon: > 0 } backtest)
        {
            yield return ("backtest", backtest.ErrorToGrowth < 1 ? Dim : Flagged, TrainingWords.Backtest(backtest));
        }
    }
}
