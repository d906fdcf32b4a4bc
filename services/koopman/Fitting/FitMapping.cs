using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Koopman.Fitting;

/// <summary>The quality of an affine fit as reports carry it.</summary>
internal static class FitMapping
{
    /// <param name="fit">Fitted on all rows: ranks, singular values and conditioning.</param>
    /// <param name="tested">Fitted on the training blocks: errors.</param>
    /// <param name="train">Moments of the training blocks.</param>
    /// <param name="heldOut">Moments of the blocks held out.</param>
    /// <param name="algebra">Multiplies.</param>
    public static FitQuality ToQuality(
        AffineFit fit, AffineFit tested, PairMoments train, PairMoments heldOut, ILinearAlgebra algebra)
    {
        var quality = new FitQuality
        {
            FitError = AffineFitter.Evaluate(tested, train, algebra).RelativeError,
            Rank = fit.Rank.Rank,
            FullRank = fit.Rank.Possible,
            ConditionNumber = fit.ConditionNumber,
            DiscardedEnergy = fit.Rank.DiscardedEnergy,
            FitRows = (long)train.Count,
            HoldOutRows = (long)heldOut.Count,
            DigitsLost = fit.DigitsLost,
        };
        quality.SingularValues.Add(fit.SingularValues.ToArray());
        if (heldOut.Count > 0)
        {
            var evaluation = AffineFitter.Evaluate(tested, heldOut, algebra);
            quality.HoldOutError = evaluation.RelativeError;

            // A constant output that is predicted is explained in full.
            quality.R2 = evaluation.RSquared ?? 1;
        }

        return quality;
    }
}
