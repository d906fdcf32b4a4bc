using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>Koopman modes of weights on a terminal.</summary>
internal static class TrainingModeTable
{
    private const int MostRows = 10;
    private const int BarCells = 12;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Bar = new(Color.Blue);

    /// <summary>Writes modes in their order; of conjugates one stands for both.</summary>
    public static void Write(TerminalText terminal, IReadOnlyCollection<Mode> modes, int untrusted)
    {
        var sum = modes.Sum(mode => mode.Importance);
        var shown = modes.Where(mode => mode.Imaginary >= 0).ToArray();
        var table = terminal.Table();
        table.AddColumns([
            terminal.Column("Eigenvalue", number: true, Bold), terminal.Column("|λ|", number: true),
            terminal.Column("Decay", number: true), terminal.Column("Residual", number: true),
            terminal.Column("Importance"),
        ]);
        foreach (var mode in shown.Take(MostRows))
        {
            var share = sum > 0 ? (mode.Imaginary > 0 ? 2 : 1) * mode.Importance / sum : 0;
            table.AddRow(
                terminal.Plain(TrainingWords.Eigenvalue(mode), Bold),
                terminal.Plain(OperatorTable.Digits(double.Hypot(mode.Real, mode.Imaginary), 4)),
                terminal.Plain(TrainingWords.Decay(mode)), terminal.Plain(Numbers.Small(mode.Residual)),
                terminal.Plain($"{Numbers.Percent(share),7} {terminal.Bar(share, BarCells)}", Bar));
        }

        terminal.Write(table);
        string[] rest =
        [
            .. shown.Length > MostRows ? [$"{shown.Length - MostRows} less important ones"] : Array.Empty<string>(),
            .. untrusted > 0 ? [$"{untrusted} left out for their residual"] : Array.Empty<string>(),
        ];
        if (rest.Length > 0)
        {
            terminal.WriteLine(($"and {string.Join(", ", rest)}", Dim));
        }
    }
}
