using System.Globalization;
using KoopmanMesh.Run.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>A report on a terminal: the component table, the totals, the verdicts and what to be careful about.</summary>
internal static class ReportTable
{
    // From here on operators, shapes and ranks have room.
    private const int WideFrom = 120;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    /// <summary>Writes <paramref name="report"/> for the width and colours <paramref name="console"/> has.</summary>
    public static void Write(IAnsiConsole console, Report report)
    {
        WriteHeader(console, report);
        WriteComponents(console, report);
        WriteTotal(console, report.Total);
        WriteVerdicts(console, report.Audit);
        WriteCautions(console, report);
    }

    private static void WriteHeader(IAnsiConsole console, Report report)
    {
        console.Write(TerminalText.Plain(report.Model?.Name ?? "unnamed model", Bold));
        if (report.Data is { } data)
        {
            console.Write(TerminalText.Plain($" on {data.Name}, {Numbers.Count(data.Rows)} rows"));
        }

        console.WriteLine();
        var line = new List<string>();
        if (report.Accuracy is { } accuracy)
        {
            line.Add($"accuracy {Numbers.Percent(accuracy.Original, 2)}");
        }

        if (report.Parity is { } parity)
        {
            line.Add(parity.BitwiseEqual
                ? "parity bit for bit"
                : $"parity within {Numbers.Small(parity.MaxRelativeDifference)}");
            line.Add($"replay within {Numbers.Small(parity.MaxReplayDifference)}");
        }

        if (line.Count > 0)
        {
            console.Write(TerminalText.Plain(string.Join(" · ", line), Dim));
            console.WriteLine();
        }
    }

    private static void WriteComponents(IAnsiConsole console, Report report)
    {
        var wide = console.Profile.Width >= WideFrom;
        var table = TerminalText.Table(console);
        table.AddColumn(new TableColumn("#").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Component"));
        if (wide)
        {
            table.AddColumn(new TableColumn("Operators"));
            table.AddColumn(new TableColumn("In → out"));
        }

        table.AddColumn(new TableColumn(new Text("Canonical", Bold)).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("5–95 %").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Share").NoWrap());
        table.AddColumn(new TableColumn(wide ? "Telescoped" : "Telesc.").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Fit err").RightAligned().NoWrap());
        if (wide)
        {
            table.AddColumn(new TableColumn("Rank").RightAligned().NoWrap());
        }

        foreach (var component in report.Components)
        {
            table.AddRow(Row(console, component, wide));
        }

        console.Write(table);
    }

    private static IEnumerable<IRenderable> Row(IAnsiConsole console, ComponentReport component, bool wide)
    {
        var credit = component.Credit ?? new Credit();
        yield return TerminalText.Plain(component.Index.ToString(CultureInfo.InvariantCulture));
        yield return NameCell(component);
        if (wide)
        {
            yield return TerminalText.Plain(TerminalText.Operators(component.Operators, 4));
            yield return TerminalText.Plain(
                $"{Numbers.Shape(component.InputShape)} → {Numbers.Shape(component.OutputShape)}");
        }

        yield return new Text(credit.HasCanonical ? Numbers.Nats(credit.Canonical) : Numbers.Undefined, Bold);
        yield return new Text(credit.CanonicalInterval is { } range ? Compact(range) : "", Dim);
        yield return ShareCell(console, credit, wide ? 10 : 5);
        yield return new Text(credit.HasTelescoped ? Numbers.Nats(credit.Telescoped) : Numbers.Undefined);
        yield return component.Fit is { } fit
            ? new Text(Numbers.Percent(fit.HoldOutError), component.Flags.Contains("LOW_FIDELITY") ? Flagged : null)
            : new Text(Numbers.Undefined);
        if (wide)
        {
            yield return new Text(component.Fit is { } quality ? $"{quality.Rank}/{quality.FullRank}" : "");
        }
    }

    private static string Compact(Interval range) => $"{Numbers.Nats(range.Low)}…{Numbers.Nats(range.High)}";

    private static IRenderable NameCell(ComponentReport component)
    {
        var name = TerminalText.Plain(component.Name);
        return component.Flags.Count == 0
            ? name
            : new Rows(name, TerminalText.Plain(string.Join(' ', component.Flags).ToLowerInvariant(), Flagged));
    }

    private static Text ShareCell(IAnsiConsole console, Credit credit, int cells)
    {
        if (!credit.HasCanonical || !double.IsFinite(credit.CanonicalShare))
        {
            return new Text("");
        }

        var full = console.Profile.Capabilities.Unicode ? '█' : '#';
        var share = Math.Clamp(credit.CanonicalShare, 0, 1);
        var bar = new string(full, (int)Math.Round(share * cells)).PadRight(cells);
        return new Text($"{bar} {Numbers.Percent(share, 0),5}", new Style(Color.Blue));
    }

    private static void WriteTotal(IAnsiConsole console, Total? total)
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
        TerminalText.Line(
            console, "total", $"canonical {canonical} nats, telescoped {telescoped} nats{stability}", Bold);
    }

    private static void WriteVerdicts(IAnsiConsole console, Audit? audit)
    {
        foreach (var verdict in audit?.Verdicts.Where(verdict => verdict.Metric is "canonical" or "telescoped") ?? [])
        {
            var style = new Style(
                verdict.Verdict switch
                {
                    Verdict.Trusted => Color.Green,
                    Verdict.Contradicted => Color.Red,
                    Verdict.Weak => Color.Yellow,
                    _ => Color.Grey,
                },
                decoration: Decoration.Bold);
            TerminalText.Line(
                console,
                AuditFindings.Name(verdict.Verdict),
                $"{verdict.Metric} for {AuditFindings.Name(verdict.Claim)}: {verdict.Reason}",
                style);
        }
    }

    private static void WriteCautions(IAnsiConsole console, Report report)
    {
        // The verdict lines above say the audit's part already.
        var audit = AuditFindings.Of(report.Audit).Select(finding => finding.Text).ToHashSet();
        var hasVerdicts = report.Audit is { Verdicts.Count: > 0 };
        var cautions = ReportFindings.Of(report)
            .Where(finding => finding.Kind == FindingKind.Caution && !(hasVerdicts && audit.Contains(finding.Text)))
            .Select(finding => finding.Text)
            .Concat(report.Warnings)
            .Distinct();
        foreach (var text in cautions)
        {
            TerminalText.Line(console, "caution", text, Flagged);
        }
    }
}
