using KoopmanMesh.Run.V1;
using static KoopmanMesh.Cli.Reporting.ReportFindings;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Whether what was measured is what runs, and which fits carry less than they seem to.</summary>
internal static class EvidenceFindings
{
    // A sentence that names more is a table, and the table is there.
    private const int MostNamed = 3;

    public static IEnumerable<Finding> Of(Report report) =>
    [
        .. Accuracy(report),
        .. Parity(report.Parity),
        .. Flags(report),
    ];

    private static IEnumerable<Finding> Accuracy(Report report)
    {
        if (report.Accuracy is { } accuracy)
        {
            yield return new Finding(
                FindingKind.Result,
                $"The network classifies {Numbers.Percent(accuracy.Original, 2)} of {Numbers.Count(accuracy.Rows)} "
                + "rows correctly.");
        }
    }

    private static IEnumerable<Finding> Parity(Parity? parity)
    {
        if (parity is null)
        {
            yield break;
        }

        yield return parity.BitwiseEqual
            ? new Finding(
                FindingKind.Trust,
                $"What was captured is what runs: on {Numbers.Count(parity.Rows)} rows the probed network's outputs "
                + $"are bit for bit the plain network's; replaying components differs by at most "
                + $"{Numbers.Small(parity.MaxReplayDifference)}.")
            : new Finding(
                FindingKind.Result,
                $"Probing changed the outputs by at most {Numbers.Small(parity.MaxRelativeDifference)} (relative, on "
                + $"{Numbers.Count(parity.Rows)} rows), a change of kernels within the 1e-5 allowed; replaying "
                + $"components differs by at most {Numbers.Small(parity.MaxReplayDifference)}.");
    }

    private static IEnumerable<Finding> Flags(Report report)
    {
        foreach (var (flag, sentence) in Sentences)
        {
            var flagged = report.Components.Where(component => component.Flags.Contains(flag)).ToList();
            if (flagged.Count > 0)
            {
                yield return new Finding(FindingKind.Caution, Sentence(sentence(flagged)));
            }
        }
    }

    private static readonly (string Flag, Func<List<ComponentReport>, string> Sentence)[] Sentences =
    [
        ("DEAD", flagged =>
            $"{List(flagged)}: dead. No change of the input reaches the output there, so the credit is undefined and "
            + "left out of the shares."),
        ("LOW_FIDELITY", flagged =>
            $"{List(flagged, c => c.Fit is { } fit ? Numbers.Percent(fit.HoldOutError) : Numbers.Undefined)}: a linear "
            + "fit misses more than 10 % of the output on held-out rows, so the credit tells of the fit more than of "
            + "the component."),
        ("RANK_DROP", flagged =>
            $"{List(flagged, c => c.Credit is { } credit ? $"rank {credit.RankBefore} to {credit.RankAfter}" : "")}: "
            + "the rank of the backward product changes there, so its telescoped credit compares volumes of different "
            + "dimension."),
        ("UNDER_DETERMINED", flagged =>
            $"{List(flagged, c => c.Fit is { } fit ? $"{Numbers.Count(fit.FitRows)} rows" : "")}: too few rows for the "
            + "width, so the operator holds only on the subspace the rows span."),
        ("COMPRESSED", flagged =>
            $"{List(flagged, c => $"{Numbers.Percent(Math.Max(c.InputEnergyLost, c.OutputEnergyLost))} lost")}: too "
            + "wide to fit in full, so its activations went through a PCA first."),
        ("CONSTANT_OUTPUT", flagged =>
            $"{List(flagged)}: gives the same output for every row, so there is nothing to fit."),
    ];

    private static string List(List<ComponentReport> components, Func<ComponentReport, string>? detail = null)
    {
        var named = string.Join("; ", components.Take(MostNamed).Select(component =>
            detail?.Invoke(component) is { Length: > 0 } text ? $"{Name(component)}, {text}" : Name(component)));
        return components.Count <= MostNamed ? named : $"{named}; and {components.Count - MostNamed} more";
    }
}
