using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// Intervals for the telescoping credits by resampling row blocks (methods P0.6): each replicate weights the blocks,
/// refits every component from the weighted moments in its fixed basis, and scores the chain again.
/// </summary>
/// <remarks>
/// The output of a refitted component enters only through the backward product, so no slope is formed: with B the
/// product so far, B G = (B C) S^{-1} needs one Cholesky factorisation of S and n_L right-hand sides, and the same
/// factor is the square root the canonical metric wants. Replicates go in batches through all components, so memory is
/// a batch of backward products whatever the number of replicates. Cancellation is seen between replicates.
/// </remarks>
internal static class CreditBootstrap
{
    private const int LargestBatch = 25;

    // Bytes of backward products a batch may hold: wide cuts of a network with many outputs go in smaller batches.
    private const long BatchBytes = 64L << 20;

    /// <summary>Runs the bootstrap.</summary>
    /// <param name="chain">The scored components, with their row blocks.</param>
    /// <param name="score">Their score: its ranks say which replicates are comparable.</param>
    /// <param name="options">Number of replicates, seed and tolerances.</param>
    /// <param name="la">Linear algebra.</param>
    /// <param name="cancellationToken">Seen between replicates.</param>
    /// <exception cref="ChainShapeException">The parts of the chain or its blocks don't fit together.</exception>
    public static BootstrapResult Run(
        IReadOnlyList<ChainLink> chain, ChainScore score, BootstrapOptions options, ILinearAlgebra la,
        CancellationToken cancellationToken)
    {
        ChainShape.Require(chain);
        ChainShape.RequireBlocks(chain);
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        options.Require();

        var metric = CanonicalMetric.Of(chain, options.Scoring.CovarianceTolerance, la);
        var weights = BlockDraws.Draw(chain[0].Blocks!.Counts.Span, options.Replicates, Seeds.Fold(options.Seed));
        var summary = new ReplicateSummary(score);
        var batch = BatchSize(chain);
        for (var start = 0; start < options.Replicates; start += batch)
        {
            var part = weights.SelectColumns(start, Math.Min(batch, options.Replicates - start));
            var replicates = new Replicate[part.Columns];
            for (var r = 0; r < replicates.Length; r++)
            {
                replicates[r] = new Replicate(chain, metric, options.Scoring, la);
            }

            Pass(chain, part, replicates, la, cancellationToken);
            foreach (var replicate in replicates)
            {
                summary.Add(replicate);
            }
        }

        return summary.Finish(options);
    }

    private static void Pass(
        IReadOnlyList<ChainLink> chain, Matrix weights, Replicate[] replicates, ILinearAlgebra la,
        CancellationToken cancellationToken)
    {
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            var component = i;
            chain[i].Blocks!.CombineMany(
                weights, la, (r, moments) => replicates[r].Pass(component, moments),
                cancellationToken: cancellationToken);
        }
    }

    private static int BatchSize(IReadOnlyList<ChainLink> chain)
    {
        var widest = (long)chain.Max(link => link.BeforeWidth);
        var bytes = sizeof(double) * widest * chain[^1].AfterWidth;
        return (int)Math.Clamp(BatchBytes / bytes, 1, LargestBatch);
    }
}
