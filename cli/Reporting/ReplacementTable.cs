using System.Globalization;
using KoopmanMesh.Replacement.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>
/// A replacement on a terminal: the verdict, the front beside the baselines, the bounds, and what to be careful about.
/// </summary>
internal static class ReplacementTable
{
    // From here on intervals, parameters and a second batch size have room.
    private const int WideFrom = 110;

    // Longer names wrap.
    private const int WidestName = 34;
    private const int NarrowestName = 22;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    private static readonly Style Nothing = new(Color.Yellow, decoration: Decoration.Bold);

    private static readonly Style Good = new(Color.Green, decoration: Decoration.Bold);

    /// <summary>Writes <paramref name="report"/> for the width and colours <paramref name="console"/> has.</summary>
    public static void Write(IAnsiConsole console, ReplacementReport report)
    {
        var terminal = new TerminalText(console);
        WriteHeader(terminal, report);
        if (report.Front.Count > 0)
        {
            WriteFront(terminal, report);
        }

        if (ReplacementWords.Subject(report) is { } subject)
        {
            ReplacementLadder.Write(terminal, report, subject);
        }

        terminal.WriteLines([.. ReplacementFindings.Of(report).Skip(1).Select(Line), .. Warnings(report)]);
        if (report.Chosen < 0)
        {
            terminal.WriteLines([.. ReplacementFindings.Next(report).Select(text => ("next", Bold, text))]);
        }
    }

    /// <summary>Writes where the results lie.</summary>
    public static void WriteFiles(IAnsiConsole console, IEnumerable<(string Label, string Text)> files) =>
        new TerminalText(console).WriteLines([.. files.Select(file => (file.Label, Dim, file.Text))]);

    private static void WriteHeader(TerminalText terminal, ReplacementReport report)
    {
        var data = report.Data ?? new DataSplit();
        terminal.WriteLine(
            (report.Model?.Name ?? "unnamed model", Bold),
            ($" on {data.Name}, {Numbers.Count(data.Rows)} rows: {Numbers.Count(data.FitRows)} to fit, "
                + $"{Numbers.Count(data.SelectRows)} to choose, {Numbers.Count(data.CalibrateRows)} to calibrate, "
                + $"{Numbers.Count(data.TestRows)} to report on", null));
        terminal.WriteLines(
            [("verdict", report.Chosen < 0 ? Nothing : Good, ReplacementFindings.Of(report)[0].Text)]);
    }

    private static void WriteFront(TerminalText terminal, ReplacementReport report)
    {
        var wide = terminal.Width >= WideFrom;
        var batches = report.Front[0].Latencies.Select(latency => latency.Batch).Take(wide ? 2 : 1).ToList();
        var table = terminal.Table();
        table.AddColumns(
            terminal.Column("#", number: true), NameColumn(terminal, report, wide),
            terminal.Column(ReplacementWords.Measure(report), number: true, Bold));
        if (wide)
        {
            table.AddColumn(terminal.Column("95 %", number: true));
        }

        table.AddColumns(terminal.Column("Affine", number: true), terminal.Column("Skip", number: true));
        foreach (var batch in batches)
        {
            table.AddColumn(terminal.Column($"Time×{batch}", number: true));
        }

        table.AddColumn(terminal.Column("Work", number: true));
        if (wide)
        {
            table.AddColumn(terminal.Column("Params", number: true));
        }

        table.AddColumn(terminal.Column("ReLUs", number: true));
        table.AddRow(OriginalRow(terminal, report, batches.Count, wide));
        for (var i = 0; i < report.Front.Count; i++)
        {
            table.AddRow(Row(terminal, report, i, batches, wide));
        }

        terminal.Write(table);
        WriteLegend(terminal, report, batches);
    }

    // A fixed width: left to itself, the table would break names to keep numbers apart.
    private static TableColumn NameColumn(TerminalText terminal, ReplacementReport report, bool wide)
    {
        var column = terminal.Column("Replaced");
        var longest = report.Front.SelectMany(hybrid => hybrid.Regions).Max(r => ReplacementWords.Name(r).Length);
        column.Width = Math.Clamp(longest, 8, wide ? WidestName : NarrowestName);
        return column;
    }

    private static IEnumerable<IRenderable> OriginalRow(
        TerminalText terminal, ReplacementReport report, int batches, bool wide)
    {
        var original = report.Original ?? new Performance();
        yield return terminal.Plain("");
        yield return terminal.Plain("nothing: the original", Dim);
        yield return terminal.Plain(Numbers.Percent(original.Score, 2), Bold);
        if (wide)
        {
            yield return terminal.Plain(Interval(original), Dim);
        }

        for (var i = 0; i < 2; i++)
        {
            yield return terminal.Plain("");
        }

        for (var i = 0; i < batches; i++)
        {
            yield return terminal.Plain("1.00");
        }

        yield return terminal.Plain("1.00");
        if (wide)
        {
            yield return terminal.Plain(Numbers.Count(report.OriginalCosts?.Parameters ?? 0));
        }

        yield return terminal.Plain(ReplacementWords.Relus(report.OriginalCosts));
    }

    private static IEnumerable<IRenderable> Row(
        TerminalText terminal, ReplacementReport report, int index, List<int> batches, bool wide)
    {
        var hybrid = report.Front[index];
        var chosen = index == report.Chosen;
        var number = (index + 1).ToString(CultureInfo.InvariantCulture);
        yield return terminal.Plain(chosen ? $"→ {number}" : number, chosen ? Good : null);
        yield return new Rows(
            hybrid.Regions.Select(r => terminal.Plain(ReplacementWords.Name(r), chosen ? Bold : null)));
        yield return terminal.Plain(Score(hybrid.Performance), Bold);
        if (wide)
        {
            yield return terminal.Plain(Interval(hybrid.Performance), Dim);
        }

        foreach (var name in (string[])["affine", "skip"])
        {
            yield return terminal.Plain(Score(ReplacementWords.Baseline(hybrid, name)?.Performance));
        }

        foreach (var batch in batches)
        {
            yield return terminal.Plain(
                hybrid.Latencies.FirstOrDefault(latency => latency.Batch == batch) is { } latency
                    ? ReplacementWords.Ratio(latency.Ratio)
                    : Numbers.Undefined);
        }

        yield return terminal.Plain(ReplacementWords.Ratio(ReplacementWords.Work(report, hybrid.Costs)));
        if (wide)
        {
            yield return terminal.Plain(Numbers.Count(hybrid.Costs?.Parameters ?? 0));
        }

        yield return terminal.Plain(ReplacementWords.Relus(hybrid.Costs));
    }

    private static void WriteLegend(TerminalText terminal, ReplacementReport report, List<int> batches)
    {
        var rows = batches.Count == 0 ? "" : $", in batches of {string.Join(" and ", batches)} on one thread";
        terminal.WriteLine((
            $"Affine and skip: the same place replaced by plain affine least squares, and left out. Time and work are "
            + $"relative to the original{rows}; it does {Numbers.Count(report.OriginalCosts?.Operations ?? 0)} "
            + $"operations a row. ReLUs: not settled on the box, of all. {Numbers.Count(report.Candidates.Count)} "
            + $"candidates were evaluated.", Dim));
    }

    private static string Score(Performance? performance) =>
        performance is null ? Numbers.Undefined : Numbers.Percent(performance.Score, 2);

    private static string Interval(Performance? performance) => performance is { ScoreHigh: > 0 }
        ? $"{Digits(performance.ScoreLow)}…{Digits(performance.ScoreHigh)}"
        : "";

    private static string Digits(double fraction) => (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture);

    private static (string Label, Style Style, string Text) Line(Finding finding) => finding.Kind switch
    {
        FindingKind.Trust => ("holds", new Style(Color.Green), finding.Text),
        FindingKind.Caution => ("caution", Flagged, finding.Text),
        _ => ("result", Dim, finding.Text),
    };

    private static IEnumerable<(string Label, Style Style, string Text)> Warnings(ReplacementReport report) =>
        ReplacementNotes.Relevant(report).Select(text => ("caution", Flagged, text))
            .Concat(ReplacementNotes.Asides(report).Count is var more and > 0
                ? [("notes", Dim, $"{more} on stand-ins that are no part of it; the JSON report has them")]
                : []);
}
