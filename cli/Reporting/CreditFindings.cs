using KoopmanMesh.Run.V1;
using static KoopmanMesh.Cli.Reporting.ReportFindings;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Who carries the credit, and how sure that order is.</summary>
internal static class CreditFindings
{
    // Below this many nats a credit is a rounding error of float32 activations.
    private const double Negligible = 1e-5;

    // methods E0.3 expects this much agreement of a stable order.
    private const double StableTau = 0.8;

    public static IEnumerable<Finding> Of(Report report)
    {
        if (report.Components.Count == 0)
        {
            return [new Finding(FindingKind.Caution, "The report holds no components, so there is nothing to rank.")];
        }

        if (report.Components.Count == 1)
        {
            var only = report.Components[0];
            return
            [
                new Finding(
                    FindingKind.Caution,
                    $"The whole network is {Name(only)}: it has no interior cut, so there is no other component to "
                    + $"compare its credit with{Worth(only)}."),
            ];
        }

        var ranked = Ranked(report, credit => credit.HasCanonical ? credit.Canonical : double.NaN);
        if (ranked.Count == 0)
        {
            return
            [
                new Finding(
                    FindingKind.Caution,
                    "No component has a defined canonical credit: a linear view sees nothing of the input at the "
                    + "output."),
            ];
        }

        return
        [
            .. Top(ranked),
            .. OtherOrder(report, ranked[0]),
            .. Stability(report.Total),
        ];
    }

    private static string Worth(ComponentReport component) => component.Credit is { HasCanonical: true } credit
        ? $" ({Numbers.Nats(credit.Canonical)} nats)"
        : "";

    private static List<ComponentReport> Ranked(Report report, Func<Run.V1.Credit, double> metric) =>
        [.. report.Components
            .Where(component => component.Credit is not null && double.IsFinite(metric(component.Credit)))
            .OrderByDescending(component => Math.Abs(metric(component.Credit)))];

    private static IEnumerable<Finding> Top(List<ComponentReport> ranked)
    {
        var first = ranked[0];
        if (Math.Abs(first.Credit.Canonical) < Negligible)
        {
            yield return new Finding(
                FindingKind.Result,
                "On this data every component is affine as far as a linear view can tell: all canonical credits are "
                + "0.");
            yield break;
        }

        var interval = first.Credit.CanonicalInterval is { } range ? $" (5–95 %: {Numbers.Range(range)})" : "";
        yield return new Finding(
            FindingKind.Result,
            Sentence($"{Name(first)} carries the most credit: {Numbers.Nats(first.Credit.Canonical)} nats{interval}, "
                + $"{Numbers.Percent(first.Credit.CanonicalShare, 0)} of the absolute total. "
                + "That is the information a linear view of it loses."));
        if (ranked.Count > 1)
        {
            yield return Lead(first, ranked[1]);
        }
    }

    private static Finding Lead(ComponentReport first, ComponentReport second)
    {
        var runnerUp = $"{Name(second)} ({Numbers.Nats(second.Credit.Canonical)} nats)";
        if (first.Credit.CanonicalInterval is not { } a || second.Credit.CanonicalInterval is not { } b)
        {
            return new Finding(
                FindingKind.Caution,
                $"Next comes {runnerUp}; without intervals nothing says how sure that order is.");
        }

        var leastOfFirst = a.Low * a.High <= 0 ? 0 : Math.Min(Math.Abs(a.Low), Math.Abs(a.High));
        var apart = leastOfFirst > Math.Max(Math.Abs(b.Low), Math.Abs(b.High));
        return apart
            ? new Finding(
                FindingKind.Trust,
                $"Its lead is real: the interval of the next, {runnerUp}, lies below its own.")
            : new Finding(
                FindingKind.Caution,
                $"Do not read an order into the first two: the interval of the next, {runnerUp}, overlaps the "
                + "first's.");
    }

    private static IEnumerable<Finding> OtherOrder(Report report, ComponentReport first)
    {
        var telescoped = Ranked(report, credit => credit.HasTelescoped ? credit.Telescoped : double.NaN);
        if (telescoped.Count > 0 && telescoped[0].Index != first.Index)
        {
            yield return new Finding(
                FindingKind.Caution,
                $"Telescoped credit would put {Name(telescoped[0])} first "
                + $"({Numbers.Nats(telescoped[0].Credit.Telescoped)} nats). It depends on the units of every cut and "
                + "on directions in which the data hardly moves; where the two differ, read Canonical.");
        }
    }

    private static IEnumerable<Finding> Stability(Total? total)
    {
        if (total is not { HasCanonicalRankStability: true })
        {
            yield break;
        }

        var tau = Numbers.Correlation(total.CanonicalRankStability);
        yield return total.CanonicalRankStability >= StableTau
            ? new Finding(
                FindingKind.Trust,
                $"The order is stable: {Numbers.Count(total.Bootstraps)} bootstrap replicates agree with Kendall τ "
                + $"{tau} on average.")
            : new Finding(
                FindingKind.Caution,
                $"The order is not stable: {Numbers.Count(total.Bootstraps)} bootstrap replicates agree with Kendall "
                + $"τ {tau} on average, and 1 would be the same order every time.");
    }
}
