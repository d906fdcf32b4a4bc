using KoopmanMesh.Cli.Reporting;
using Spectre.Console;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>A study on a terminal: the curves, where the time goes, who did it, and what not to believe.</summary>
internal static class ScaleTable
{
    /// <summary>Columns from which a terminal shows everything.</summary>
    private const int WideColumns = 100;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    public static void Write(IAnsiConsole console, ScaleStudy study)
    {
        var terminal = new TerminalText(console);
        terminal.WriteLine((ScaleWords.Title(study), Bold));
        terminal.WriteLine((ScaleWords.Subtitle(study), Dim));
        WriteCurves(terminal, study);
        WriteStages(terminal, study);
        WriteShares(terminal, study);
        terminal.WriteLines([.. study.Notes.Select(note => ("note", Flagged, note))]);
    }

    private static void WriteCurves(TerminalText terminal, ScaleStudy study)
    {
        var table = terminal.Table();
        var wide = terminal.Width >= WideColumns;
        string[] names =
        [
            "Replicas", "Rows", "Seconds", "Rows/s", "Speed-up", "Efficiency", study.Weak ? "Serial" : "K–F e",
        ];
        string[] more = wide ? ["Quartiles s", "Moved", "Balance"] : [];
        table.AddColumns([.. names.Concat(more).Select(title => terminal.Column(title, number: true))]);
        foreach (var point in study.Curves.SelectMany(curve => curve))
        {
            string[] cells =
            [
                Numbers.Count(point.Rows), ScaleWords.Seconds(point.Seconds.Median),
                Numbers.Count((long)Math.Round(point.RowsPerSecond)), ScaleWords.Factor(point.SpeedUp),
                Numbers.Percent(point.Efficiency, 0), point.SerialFraction is { } e ? ScaleWords.Factor(e) : "",
                .. wide ? More(point) : [],
            ];
            table.AddRow([
                terminal.Plain(Numbers.Count(point.Replicas), Bold), .. cells.Select(cell => terminal.Plain(cell)),
            ]);
        }

        terminal.Write(table);
    }

    private static string[] More(ScalePoint point) =>
    [
        $"{ScaleWords.Seconds(point.Seconds.Low)}–{ScaleWords.Seconds(point.Seconds.High)}",
        ScaleWords.Bytes(point.SnapshotBytes),
        point.Balance is { } balance ? ScaleWords.Factor(balance) : "",
    ];

    private static void WriteStages(TerminalText terminal, ScaleStudy study)
    {
        var table = terminal.Table();
        string[] names = ["Pieces", "Retries", "p50 s", "p95 s", "p99 s", "Wait p50", "p95", "p99"];
        table.AddColumns([
            terminal.Column("Stage"), .. names.Select(title => terminal.Column(title, number: true)),
        ]);
        foreach (var point in study.Curves.SelectMany(curve => curve).Where(point => point.Stages.Count > 0))
        {
            Heading(table, terminal, point);
            foreach (var stage in point.Stages)
            {
                var (seconds, waiting) = (stage.Seconds, stage.Waiting);
                double[] times = [seconds.P50, seconds.P95, seconds.P99, waiting.P50, waiting.P95, waiting.P99];
                table.AddRow([
                    terminal.Plain("  " + stage.Stage), terminal.Plain(Numbers.Count(stage.Pieces)),
                    terminal.Plain(Numbers.Count(stage.Retries)),
                    .. times.Select((time, i) => terminal.Plain(ScaleWords.Seconds(time), i < 3 ? null : Dim)),
                ]);
            }
        }

        terminal.Write(table);
    }

    // The largest mesh of each job is where shares can be uneven; the page and the JSON have all.
    private static void WriteShares(TerminalText terminal, ScaleStudy study)
    {
        var table = terminal.Table();
        table.AddColumns([terminal.Column("Done by"), terminal.Column("Stage")]);
        string[] names = ["Pieces", "Rows", "Seconds", "Share"];
        table.AddColumns([.. names.Select(title => terminal.Column(title, number: true)), terminal.Column("")]);
        foreach (var point in study.Curves.Select(curve => curve.Last()).Where(point => point.Shares.Count > 0))
        {
            Heading(table, terminal, point);
            foreach (var share in point.Shares)
            {
                table.AddRow(
                    terminal.Plain("  " + share.Replica), terminal.Plain(share.Stage),
                    terminal.Plain(Numbers.Count(share.Pieces)),
                    terminal.Plain(share.Rows > 0 ? Numbers.Count(share.Rows) : ""),
                    terminal.Plain(ScaleWords.Seconds(share.Seconds)),
                    terminal.Plain(Numbers.Percent(share.Share, 0)),
                    terminal.Plain(terminal.Bar(share.Share, 10), Dim));
            }
        }

        terminal.Write(table);
    }

    private static void Heading(Table table, TerminalText terminal, ScalePoint point) => table.AddRow(terminal.Plain(
        $"{TrainingWords.Plural(point.Replicas, "replica")}, {TrainingWords.Plural(point.Rows, "row")}", Bold));
}
