using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Credit.Reporting;

/// <summary>What the reader must know before believing a number: one sentence each.</summary>
internal static class Warnings
{
    // Below this stability the order of the components is as much the sample's as the network's.
    private const double StableOrder = 0.8;

    private const string Unstable = "The order of the canonical credits is not stable over resampled rows";

    public static IEnumerable<string> Of(Report report, ChainScore score, BootstrapResult? bootstrap)
    {
        if (report.Components.Count == 1)
        {
            yield return "The network is one component: its graph has no interior cut, "
                + "so there is nothing to compare its credit with.";
        }

        var dead = score.Components.Count(c => c.Standing != CreditStanding.Defined);
        if (dead > 0)
        {
            yield return $"{dead} of {score.Components.Count} components have no credit: "
                + "nothing of their input reaches the output, "
                + "or a dead component lies behind them; shares and totals leave them out.";
        }

        if (bootstrap?.Canonical.RankStability is { } stability and < StableOrder)
        {
            yield return FormattableString.Invariant(
                $"{Unstable} (Kendall tau {stability:0.00}): use more rows.");
        }

        if (bootstrap is { Canonical.LostRank: > 0 })
        {
            yield return $"{bootstrap.Canonical.LostRank} of {bootstrap.Replicates} bootstrap replicates "
                + "lost rank and are not in the canonical intervals.";
        }
    }
}
