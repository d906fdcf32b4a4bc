using KoopmanMesh.Cli.Reporting;
using Spectre.Console;

namespace KoopmanMesh.Cli.Scaling.Model;

/// <summary>What the model says, on a terminal.</summary>
internal static class PredictionTable
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    public static void Write(IAnsiConsole console, IReadOnlyList<MeshPrediction> predictions, string source)
    {
        var terminal = new TerminalText(console);
        var table = terminal.Table();
        string[] names =
        [
            "Replicas", "Rows", "Shards", "Values", "Time", "Rows/s", "Speed-up", "Efficiency", "Koopman memory",
        ];
        table.AddColumns([.. names.Select(title => terminal.Column(title, number: true))]);
        table.AddColumn(terminal.Column("Most of it"));
        foreach (var row in PredictionRow.Of(predictions))
        {
            table.AddRow(
                terminal.Plain(Numbers.Count(row.Replicas), Bold),
                terminal.Plain(Numbers.Count(row.Rows)),
                terminal.Plain(Numbers.Count(row.Shards)),
                terminal.Plain(Numbers.Small(row.SnapshotValues)),
                terminal.Plain(ScaleWords.Duration(row.Seconds)),
                terminal.Plain(Numbers.Count((long)row.RowsPerSecond)),
                terminal.Plain(Numbers.Small(row.SpeedUp)),
                terminal.Plain(Numbers.Percent(row.Efficiency, 0)),
                terminal.Plain(ScaleWords.Bytes(row.KoopmanBytes)),
                terminal.Plain($"{row.Bottleneck} {Numbers.Percent(row.BottleneckShare, 0)}"));
        }

        terminal.Write(table);
        terminal.WriteLine(($"By the model of docs/scaling.md and the constants of {source}", Dim));
    }
}
