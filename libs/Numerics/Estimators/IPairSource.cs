using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>Where an estimator's pairs come from: raw columns in memory, or a summary of what streamed by.</summary>
public interface IPairSource
{
    /// <summary>All pairs.</summary>
    LiftedPairs All(ILinearAlgebra la);

    /// <summary>
    /// The pairs cut in two along whole blocks of consecutive pairs, about the fraction <paramref name="holdOut"/> of
    /// them held out; null when there are too few pairs to hold any out.
    /// </summary>
    (LiftedPairs Train, LiftedPairs HeldOut)? Split(double holdOut, ILinearAlgebra la);
}
