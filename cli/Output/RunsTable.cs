using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace KoopmanMesh.Cli.Output;

/// <summary>Runs as a table, as wide as the terminal allows.</summary>
internal static class RunsTable
{
    // From here on there is room for the names of model and data.
    private const int WideFrom = 110;
    private const int LongestName = 16;

    public static IRenderable Of(IAnsiConsole console, ListRunsResponse response, DateTimeOffset now)
    {
        var terminal = new TerminalText(console);
        if (response.Runs.Count == 0)
        {
            return new Rows(terminal.Plain("there are no runs"));
        }

        var wide = terminal.Width >= WideFrom;
        var table = terminal.Table();
        table.AddColumns(
            [terminal.Column("Run").NoWrap(), terminal.Column("State").NoWrap(), terminal.Column("Progress").NoWrap()]);
        if (wide)
        {
            table.AddColumns([terminal.Column("Model").NoWrap(), terminal.Column("Data").NoWrap()]);
        }

        table.AddColumns([terminal.Column("Ago", number: true), terminal.Column("Took", number: true)]);
        foreach (var run in response.Runs)
        {
            table.AddRow([.. Row(terminal, run, wide, (now - DateTimeOffset.UnixEpoch).TotalSeconds)]);
        }

        return response.NextPageToken.Length == 0
            ? table
            : new Rows(table, terminal.Plain("there are more; --limit shows them", OperatorTable.Label));
    }

    private static IEnumerable<IRenderable> Row(TerminalText terminal, RunListing run, bool wide, double now)
    {
        var status = run.Status;
        yield return terminal.Plain(status.RunId);
        yield return terminal.Plain(RunStates.NameOf(status.State), RunStates.StyleOf(status.State));
        yield return terminal.Plain(Progress(status, wide));
        if (wide)
        {
            yield return terminal.Plain(Short(run.Model));
            yield return terminal.Plain(Short(run.Data));
        }

        var started = run.StartedAt > 0 ? run.StartedAt : run.CreatedAt;
        yield return terminal.Plain(Durations.Text(now - started));
        yield return terminal.Plain(Durations.Text((run.EndedAt > 0 ? run.EndedAt : now) - started));
    }

    private static string Progress(RunStatus status, bool wide)
    {
        var percent = Numbers.Percent(RunStates.Progress(status), 0);
        return wide && status is { State: RunState.Running, Stage.Length: > 0 }
            ? $"{percent} {status.Stage}"
            : percent;
    }

    private static string Short(string name) =>
        name.Length <= LongestName ? name : string.Concat(name.AsSpan(0, LongestName - 1), "…");
}
