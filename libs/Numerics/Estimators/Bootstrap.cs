using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Intervals of eigenvalues by the block bootstrap (Künsch 1989, Ann. Statist. 17(3), with blocks that do not overlap,
/// Carlstein 1986, Ann. Statist. 14(3)): whole blocks of consecutive pairs are drawn with replacement, as many as there
/// are, the regression is repeated at the rank of the fit, and its eigenvalues are matched to those of the fit by
/// optimal assignment. Works from raw pairs and from summaries alike. Percentile intervals, stretched for the small
/// number of blocks (Hesterberg 2015, Am. Stat. 69(4)), share the bias of the fit; correlation longer than a block is
/// not seen.
/// </summary>
public static class Bootstrap
{
    /// <summary>
    /// Fits, then resamples; one regression for each replicate, in parallel, the same bits whatever the number of
    /// cores.
    /// </summary>
    /// <returns>Null when fewer than two replicates, or fewer than two blocks, gave usable numbers.</returns>
    public static KoopmanIntervals? Of(
        PairEstimator estimator, IPairSource source, PairFrame frame, BootstrapOptions options, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(options);
        var fitted = (estimator with { HoldOut = 0, Bootstraps = 0 }).Fit(source, frame, la);
        return Of(estimator, fitted, source, options, la);
    }

    /// <summary>The same around an operator that is fitted already.</summary>
    internal static KoopmanIntervals? Of(
        PairEstimator estimator, KoopmanOperator fitted, IPairSource source, BootstrapOptions options,
        ILinearAlgebra la)
    {
        var blocks = Array.FindAll(
            [.. source.BlockCounts().Select((count, b) => count > 0 ? b : -1)], block => block >= 0);
        if (blocks.Length < 2)
        {
            return null;
        }

        // All draws come first, from one stream: replicates may then run in any order.
        var (random, draws) = (new Random(options.Seed), new double[options.Replicates][]);
        for (var i = 0; i < draws.Length; i++)
        {
            draws[i] = new double[source.Blocks];
            for (var k = 0; k < blocks.Length; k++)
            {
                draws[i][blocks[random.Next(blocks.Length)]]++;
            }
        }

        var replicate = estimator.WithRank(fitted.Rank) with { HoldOut = 0, Bootstraps = 0 };
        var refits = new Complex[]?[draws.Length];
        Parallel.For(0, draws.Length, i => refits[i] = Refit(replicate, source, draws[i], fitted, la));
        var usable = Array.FindAll(refits, refit => refit is not null);
        return usable.Length < 2
            ? null
            : BootstrapIntervals.Of(
                fitted.Spectrum.Eigenvalues.Span, usable!, blocks.Length, refits.Length - usable.Length, options.Level);
    }

    /// <summary>Eigenvalues in the order of those they are matched to; null when the refit failed.</summary>
    private static Complex[]? Refit(
        PairEstimator estimator, IPairSource source, double[] draw, KoopmanOperator fitted, ILinearAlgebra la)
    {
        try
        {
            var values = estimator.Regress(source.Weighted(draw, la), la).Spectrum.Eigenvalues;
            return values.Length == fitted.Rank
                ? BootstrapIntervals.Match(fitted.Spectrum.Eigenvalues.Span, values.Span)
                : null;
        }
        catch (Exception error) when (error is NonFiniteDataException or NotConvergedException)
        {
            return null;
        }
    }
}
