using System.Globalization;
using KoopmanMesh.Run.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>A report on a terminal: component table, totals, verdicts, and what to be careful about.</summary>
internal static class ReportTable
{
    // From here on operators and ranks have room, and from there shapes too.
    private const int WideFrom = 120;
    private const int WidestFrom = 140;

    // Longer names wrap.
    private const int WidestName = 20;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    private static readonly Style Bar = new(Color.Blue);

    /// <summary>Writes <paramref name="report"/> for the width and colours <paramref name="console"/> has.</summary>
    public static void Write(IAnsiConsole console, Report report)
    {
        var terminal = new TerminalText(console);
        WriteHeader(terminal, report);
        WriteComponents(terminal, report);
        WriteTotal(terminal, report.Total);
        terminal.WriteLines([.. Verdicts(report.Audit)]);
        terminal.WriteLines([.. Cautions(report)]);
    }

    private static void WriteHeader(TerminalText terminal, Report report)
    {
        var data = report.Data is { } summary ? $" on {summary.Name}, {Numbers.Count(summary.Rows)} rows" : "";
        terminal.WriteLine((report.Model?.Name ?? "unnamed model", Bold), (data, null));
        var facts = new List<string>();
        if (report.Accuracy is { } accuracy)
        {
            facts.Add($"accuracy {Numbers.Percent(accuracy.Original, 2)}");
        }

        if (report.Parity is { } parity)
        {
            facts.Add(parity.BitwiseEqual
                ? "parity bit for bit"
                : $"parity within {Numbers.Small(parity.MaxRelativeDifference)}");
            facts.Add($"replay within {Numbers.Small(parity.MaxReplayDifference)}");
        }

        if (facts.Count > 0)
        {
            terminal.WriteLine((string.Join(" · ", facts), Dim));
        }
    }

    private static void WriteComponents(TerminalText terminal, Report report)
    {
        var wide = terminal.Width >= WideFrom;
        var table = terminal.Table();
        table.AddColumns(terminal.Column("#", number: true), NameColumn(terminal, report));
        if (wide)
        {
            table.AddColumn(terminal.Column("Operators"));
        }

        if (terminal.Width >= WidestFrom)
        {
            table.AddColumn(terminal.Column("In → out"));
        }

        table.AddColumns(
            terminal.Column("Canonical", number: true, Bold),
            terminal.Column("5–95 %", number: true),
            terminal.Column("Share"),
            terminal.Column(wide ? "Telescoped" : "Telesc.", number: true),
            terminal.Column("Fit err", number: true));
        if (wide)
        {
            table.AddColumn(terminal.Column("Rank", number: true));
        }

        foreach (var component in report.Components)
        {
            table.AddRow(Row(terminal, component, wide));
        }

        terminal.Write(table);
    }

    private static IEnumerable<IRenderable> Row(TerminalText terminal, ComponentReport component, bool wide)
    {
        var credit = component.Credit ?? new Run.V1.Credit();
        yield return terminal.Plain(component.Index.ToString(CultureInfo.InvariantCulture));
        yield return NameCell(terminal, component);
        if (wide)
        {
            yield return terminal.Plain(TerminalText.Operators(component.Operators, 3));
        }

        if (terminal.Width >= WidestFrom)
        {
            yield return terminal.Plain(
                $"{Numbers.Shape(component.InputShape)} → {Numbers.Shape(component.OutputShape)}");
        }

        yield return terminal.Plain(credit.HasCanonical ? Numbers.Nats(credit.Canonical) : Numbers.Undefined, Bold);
        yield return terminal.Plain(credit.CanonicalInterval is { } range ? Numbers.ShortRange(range) : "", Dim);
        yield return ShareCell(terminal, credit, wide ? 8 : 4);
        yield return terminal.Plain(credit.HasTelescoped ? Numbers.Nats(credit.Telescoped) : Numbers.Undefined);
        yield return terminal.Plain(
            component.Fit is { } fit ? Numbers.Percent(fit.HoldOutError) : Numbers.Undefined,
            component.Flags.Contains("LOW_FIDELITY") ? Flagged : null);
        if (wide)
        {
            yield return terminal.Plain(component.Fit is { } quality ? $"{quality.Rank}/{quality.FullRank}" : "");
        }
    }

    // A fixed width: left to itself, the table would break names to keep operators whole.
    private static TableColumn NameColumn(TerminalText terminal, Report report)
    {
        const string header = "Component";
        var column = terminal.Column(header);
        var longest = report.Components.Select(component => component.Name.Length).DefaultIfEmpty().Max();
        var flagged = report.Components.Any(component => component.Flags.Count > 0);
        column.Width = flagged ? WidestName : Math.Clamp(longest, header.Length, WidestName);
        return column;
    }

    private static IRenderable NameCell(TerminalText terminal, ComponentReport component)
    {
        var name = terminal.Plain(component.Name);
        var flags = string.Join(", ", component.Flags).Replace('_', ' ').ToLowerInvariant();
        return flags.Length == 0 ? name : new Rows(name, terminal.Plain(flags, Flagged));
    }

    private static Text ShareCell(TerminalText terminal, Run.V1.Credit credit, int cells)
    {
        if (!credit.HasCanonical || !double.IsFinite(credit.CanonicalShare))
        {
            return new Text("");
        }

        var share = Math.Clamp(credit.CanonicalShare, 0, 1);
        return terminal.Plain($"{Numbers.Percent(share, 0),5} {terminal.Bar(share, cells)}", Bar);
    }

    private static void WriteTotal(TerminalText terminal, Total? total)
    {
        if (total is null)
        {
            return;
        }

        var canonical = total.HasCanonicalLogPdet ? Numbers.Nats(total.CanonicalLogPdet) : Numbers.Undefined;
        var telescoped = total.HasLogPdet ? Numbers.Nats(total.LogPdet) : Numbers.Undefined;
        var stability = total.HasCanonicalRankStability
            ? $" · order agrees with tau {Numbers.Correlation(total.CanonicalRankStability)} over "
              + $"{Numbers.Count(total.Bootstraps)} bootstraps"
            : "";
        terminal.WriteLines([("total", Bold, $"canonical {canonical} nats, telescoped {telescoped} nats{stability}")]);
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Verdicts(Audit? audit) =>
        from verdict in audit?.Verdicts ?? []
        where verdict.Metric is "canonical" or "telescoped"
        select (
            AuditFindings.Name(verdict.Verdict),
            StyleOf(verdict.Verdict),
            $"{verdict.Metric} for {AuditFindings.Name(verdict.Claim)}: {verdict.Reason}");

    private static Style StyleOf(Verdict verdict) => new(
        verdict switch
        {
            Verdict.Trusted => Color.Green,
            Verdict.Contradicted => Color.Red,
            Verdict.Weak => Color.Yellow,
            _ => Color.Grey,
        },
        decoration: Decoration.Bold);

    // The verdict lines say the audit's part already.
    private static IEnumerable<(string Label, Style Style, string Text)> Cautions(Report report)
    {
        var said = report.Audit is { Verdicts.Count: > 0 } ? AuditFindings.Of(report.Audit).ToList() : [];
        return ReportFindings.Of(report)
            .Where(finding => finding.Kind == FindingKind.Caution)
            .Except(said)
            .Select(finding => finding.Text)
            .Concat(report.Warnings)
            .Distinct()
            .Select(text => ("caution", Flagged, text));
    }
}
