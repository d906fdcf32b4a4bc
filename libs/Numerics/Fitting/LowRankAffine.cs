using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>Reduced-rank regression: the best affine stand-in whose slope has rank at most k.</summary>
public static class LowRankAffine
{
    /// <summary>
    /// Projects the fitted values on their k leading principal directions P: slope = P P' G U', offset = mean(y) -
    /// slope mean(x), over the snapshots behind <paramref name="moments"/>. When these are the ones that were fitted
    /// this is the minimum of ||Y - Yhat||_F over all slopes of rank k on the kept directions (Izenman 1975, J.
    /// Multivariate Anal. 5, with identity weights). P comes from the thin SVD of G T^(1/2), T = U' Sxx U. O(n^2 r + p
    /// r^2).
    /// </summary>
    public static AffineFit Of(AffineFit fit, PairMoments moments, int k, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(la);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        MomentBlocks.Check(moments, "the moments to project on");
        if (fit.BeforeWidth != moments.BeforeWidth || fit.AfterWidth != moments.AfterWidth)
        {
            throw new ShapeMismatchException(
                "the moments",
                $"{fit.BeforeWidth} -> {fit.AfterWidth} wide",
                $"{moments.BeforeWidth} -> {moments.AfterWidth} wide");
        }

        var (u, s) = Directions(fit, moments, la);
        var decision = new RankRule.Fixed(k).Decide(
            s, new SpectrumShape(fit.AfterWidth, fit.Basis.Columns) { RelativeFloor = 0 });

        var p = u.SelectColumns(0, decision.Rank);
        var slope = la.Multiply(p, la.Multiply(p, fit.ReducedSlope, transposeA: true));
        return new AffineFit(fit.Basis, slope, MomentBlocks.Offset(moments.Mean, fit.Basis, slope, la), la)
        {
            SingularValues = fit.SingularValues,
            Rank = decision,
            ConditionNumber = fit.ConditionNumber,
            DigitsLost = fit.DigitsLost,
        };
    }

    /// <summary>
    /// P of every rank at once: the principal directions of the fitted values, p × min(p, r), leading first, and their
    /// singular values. O(n^2 r + p r^2).
    /// </summary>
    internal static (Matrix Directions, double[] Values) Directions(
        AffineFit fit, PairMoments moments, ILinearAlgebra la)
    {
        var (values, vectors) = la.SymmetricEigen(MomentBlocks.BeforeForm(moments, fit.Basis, la));
        var roots = Array.ConvertAll(values, value => Math.Sqrt(Math.Max(0, value)));
        var (u, s, _) = la.ThinSvd(la.Multiply(fit.ReducedSlope, vectors).ScaleColumns(roots));
        return (u, s);
    }
}
