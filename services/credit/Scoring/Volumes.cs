using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Determinants;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// The log-volumes of B_0 … B_L and of B~_0 … B~_L: entry i belongs to cut i, null where the product has vanished.
/// Successive differences are the credits, so both series of credits sum to their first entry whatever their values.
/// </summary>
internal sealed record Volumes(Volume?[] Raw, Volume?[] Canonical)
{
    /// <summary>Both series from the factors W_i' of the backward product.</summary>
    public static Volumes Of(
        IReadOnlyList<ChainLink> chain, Matrix?[] factors, CanonicalMetric metric, ScoringOptions options,
        ILinearAlgebra la)
    {
        var count = chain.Count;
        var (raw, canonical) = (new Volume?[count + 1], new Volume?[count + 1]);
        var last = chain[^1];
        raw[count] = Volume.Unit(last.AfterWidth);
        canonical[count] = Volume.Unit(metric.OutputRank);
        var whitener = metric.OutputWhitener(last.Moments.AfterScatter(), la);
        for (var i = count - 1; i >= 0 && factors[i] is { } factor; i--)
        {
            raw[i] = Of(factor, options.PdetTolerance, la);
            if (canonical[i + 1] is not null && whitener is not null)
            {
                canonical[i] = Whitened(chain, i, factor, metric, whitener, options, la);
            }
        }

        return new Volumes(raw, canonical);
    }

    /// <summary>The log-volume of one matrix; null for a zero matrix.</summary>
    public static Volume? Of(Matrix a, double tolerance, ILinearAlgebra la)
    {
        if (a.Rows == 0 || a.Columns == 0)
        {
            return null;
        }

        var pdet = LogDeterminants.LogPdet(a, tolerance, la);
        return pdet.Rank == 0 ? null : new Volume(pdet.Value, pdet.Rank);
    }

    private static Volume? Whitened(
        IReadOnlyList<ChainLink> chain, int i, Matrix factor, CanonicalMetric metric, Matrix whitener,
        ScoringOptions options, ILinearAlgebra la)
    {
        var (link, frame) = (chain[i], metric.Before(i));
        var root = metric.InputRoot(i, link.Moments.BeforeScatter(), la);
        if (root is null || frame.Kept == 0)
        {
            return null;
        }

        // Scatters are Count times covariances; the two counts are equal but for a component fitted on its own rows.
        var scale = Math.Sqrt(chain[^1].Moments.Count / link.Moments.Count);
        var product = CanonicalMetric.Whiten(root, frame.ToAxes(factor, la), whitener, la);
        TensorPrimitives.Multiply(product.AsSpan(), scale, product.AsSpan());
        return BackwardProduct.Vanishes(product, root, whitener) ? null : Of(product, options.PdetTolerance, la);
    }
}
