using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// One bootstrap replicate on its way from the output to the input: takes each component's resampled moments in turn
/// and keeps nothing of them but the backward product and its volumes.
/// </summary>
internal sealed class Replicate(
    IReadOnlyList<ChainLink> chain, CanonicalMetric metric, ScoringOptions options, ILinearAlgebra la)
{
    private readonly Volume?[] _raw = new Volume?[chain.Count + 1];
    private readonly Volume?[] _canonical = new Volume?[chain.Count + 1];
    private Matrix? _product;
    private Matrix? _whitener;
    private double _outputCount;

    /// <summary>Log-volumes of the cuts passed so far; null beyond, and where a product vanished.</summary>
    public Volumes Volumes => new(_raw, _canonical);

    /// <summary>Whether a direction of some component's basis had no variance.</summary>
    public bool IsThinned { get; private set; }

    /// <summary>Whether some covariance was not positive definite.</summary>
    public bool IsResolved { get; private set; }

    /// <summary>
    /// Component <paramref name="i"/>'s step of the backward product; called for L - 1, L - 2, … in this order.
    /// </summary>
    public void Pass(int i, PairMoments moments)
    {
        if (i == chain.Count - 1)
        {
            Begin(moments);
        }
        else if (_product is null)
        {
            return;
        }

        var frame = metric.Before(i);
        var solve = Refit(frame, moments);
        (IsThinned, IsResolved) = (IsThinned || solve.IsThinned, IsResolved || solve.IsResolved);
        _raw[i] = Volumes.Of(solve.Factor, options.PdetTolerance, la);
        _canonical[i] = Whitened(i, solve, moments.Count);
        _product = _raw[i] is null || i == 0 ? null : la.Multiply(chain[i].Basis, frame.FromAxes(solve.Factor, la));
    }

    private void Begin(PairMoments moments)
    {
        _raw[^1] = Volume.Unit(chain[^1].AfterWidth);
        _canonical[^1] = Volume.Unit(metric.OutputRank);
        _whitener = metric.OutputWhitener(moments.AfterScatter(), la);
        _outputCount = moments.Count;
    }

    private ReplicateSolve Refit(CutFrame frame, PairMoments moments)
    {
        var cross = moments.CrossScatter();
        var rightSide = _product is null ? cross.Transpose() : la.Multiply(cross, _product, transposeA: true);
        var scatter = frame.Rotate(moments.BeforeScatter(), la);
        return ReplicateSolve.Of(scatter, frame.ToAxes(rightSide, la), frame.Kept, la);
    }

    private Volume? Whitened(int i, ReplicateSolve solve, double count)
    {
        var kept = metric.Before(i).Kept;
        if (kept == 0 || solve.Rooted is null || _whitener is null || _canonical[i + 1] is null)
        {
            return null;
        }

        var product = la.Multiply(CutFrame.LeadingRows(solve.Rooted, kept), _whitener);
        TensorPrimitives.Multiply(product.AsSpan(), Math.Sqrt(_outputCount / count), product.AsSpan());
        return Volumes.Of(product, options.PdetTolerance, la);
    }
}
