using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>The bars of every command: what is done, how much of it, how long it will take; gone when it is over.</summary>
internal static class ProgressBars
{
    public static Progress Bars(this IAnsiConsole console) => console.Progress()
        .AutoClear(true)
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn(),
            new PercentageColumn(),
            new RemainingTimeColumn());
}
