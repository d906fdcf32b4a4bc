using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace KoopmanMesh.Cli.Output;

/// <summary>One run with its work, for people and for programs.</summary>
internal sealed class RunView(RunStatus status, IReadOnlyList<WorkPiece> work)
{
    private const int MostErrors = 10;
    private static readonly string[] _kinds = ["shard", "merge", "fit", "score", "replacement"];
    private static readonly string[] _states = ["done", "leased", "ready", "parked"];
    private static readonly Style _trouble = new(Color.Yellow);

    public bool HasEnded => RunStates.HasEnded(status.State);

    /// <summary>The status and every piece of work, on one line.</summary>
    public string ToJson() =>
        $"{{\"status\":{ReportJson.ToCompactJson(status)},\"work\":["
        + string.Join(',', work.Select(ReportJson.ToCompactJson)) + "]}\n";

    public IRenderable ToTable(IAnsiConsole console)
    {
        var terminal = new TerminalText(console);
        List<IRenderable> parts = [Facts(terminal)];
        if (work.Count > 0)
        {
            parts.Add(ByKind(terminal));
            parts.Add(ByReplica(terminal));
        }

        parts.AddRange(Errors(terminal));
        return new Rows(parts);
    }

    private Grid Facts(TerminalText terminal)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn().PadRight(0));
        void Add(string label, string text, Style? style = null) =>
            grid.AddRow(new IRenderable[] { terminal.Plain(label, OperatorTable.Label), terminal.Plain(text, style) });

        Add("run", status.RunId);
        Add("state", RunStates.NameOf(status.State), RunStates.StyleOf(status.State));
        Add("stage", status.Stage);
        Add("progress",
            $"{terminal.Bar(RunStates.Progress(status), 30)} {Numbers.Percent(RunStates.Progress(status), 0)}");
        if (status.RowsTotal > 0)
        {
            var rate = status.RowsPerSecond > 0 && !HasEnded ? $", {Numbers.Count((long)status.RowsPerSecond)}/s" : "";
            Add("rows", $"{Numbers.Count(status.RowsCaptured)} of {Numbers.Count(status.RowsTotal)}{rate}");
        }

        Add("trace", status.TraceId);
        if (status.Error.Length > 0)
        {
            Add("error", $"{status.ErrorReason}: {status.Error}", new Style(Color.Red));
        }

        return grid;
    }

    private Table ByKind(TerminalText terminal)
    {
        var table = terminal.Table();
        table.AddColumn(terminal.Column("Work"));
        table.AddColumns([.. _states.Select(s => terminal.Column(char.ToUpperInvariant(s[0]) + s[1..], number: true))]);
        table.AddColumns(
        [
            terminal.Column("Retries", number: true), terminal.Column("Waited", number: true),
            terminal.Column("Median", number: true), terminal.Column("Longest", number: true),
        ]);
        foreach (var kind in _kinds)
        {
            var pieces = work.Where(w => w.Kind == kind).ToList();
            if (pieces.Count > 0)
            {
                table.AddRow([.. KindRow(terminal, kind, pieces)]);
            }
        }

        return table;
    }

    private static IEnumerable<IRenderable> KindRow(TerminalText terminal, string kind, List<WorkPiece> pieces)
    {
        yield return terminal.Plain(kind);
        foreach (var state in _states)
        {
            var count = pieces.Count(p => p.State == state);
            yield return terminal.Plain(
                Numbers.Count(count), state == "parked" && count > 0 ? new Style(Color.Red) : null);
        }

        var retries = pieces.Sum(static p => Math.Max(0, p.Attempts - 1));
        var took = pieces.Where(static p => p.State == "done").Select(static p => p.Seconds).Order().ToArray();
        yield return terminal.Plain(Numbers.Count(retries), retries > 0 ? _trouble : null);
        yield return terminal.Plain(Durations.Text(pieces.Average(static p => p.WaitedSeconds)));
        yield return terminal.Plain(took.Length > 0 ? Durations.Text(took[took.Length / 2]) : "");
        yield return terminal.Plain(took.Length > 0 ? Durations.Text(took[^1]) : "");
    }

    private Table ByReplica(TerminalText terminal)
    {
        var rows = Math.Max(1, work.Sum(static w => w.Rows));
        var table = terminal.Table();
        table.AddColumns(
        [
            terminal.Column("Replica"), terminal.Column("Work"), terminal.Column("Rows", number: true),
            terminal.Column("Share", number: true), terminal.Column("Busy", number: true),
        ]);
        foreach (var replica in work.Where(static w => w.Owner.Length > 0)
            .GroupBy(static w => w.Owner).OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            var done = _kinds.Select(k => (Kind: k, Count: replica.Count(w => w.Kind == k))).Where(k => k.Count > 0);
            table.AddRow(
                terminal.Plain(replica.Key),
                terminal.Plain(string.Join(", ", done.Select(d => $"{d.Count} {d.Kind}"))),
                terminal.Plain(Numbers.Count(replica.Sum(static w => w.Rows))),
                terminal.Plain(Numbers.Percent((double)replica.Sum(static w => w.Rows) / rows, 0)),
                terminal.Plain(Durations.Text(replica.Sum(static w => w.Seconds))));
        }

        return table;
    }

    private IEnumerable<IRenderable> Errors(TerminalText terminal)
    {
        var failed = work.Where(static w => w.LastError.Length > 0).ToList();
        foreach (var piece in failed.Take(MostErrors))
        {
            var attempts = piece.Attempts == 1 ? "1 attempt" : $"{piece.Attempts} attempts";
            yield return terminal.Plain($"{Name(piece)} ({piece.State}, {attempts}): {piece.LastError}", _trouble);
        }

        if (failed.Count > MostErrors)
        {
            yield return terminal.Plain(
                $"{failed.Count - MostErrors} more pieces of work failed at least once; --json has them",
                OperatorTable.Label);
        }
    }

    private static string Name(WorkPiece piece) => piece.Kind switch
    {
        "shard" => $"shard {piece.Index}",
        "merge" => $"merge {piece.Component}/{piece.Level}/{piece.Index}",
        "fit" => $"fit {piece.Component}",
        _ => piece.Kind,
    };
}
