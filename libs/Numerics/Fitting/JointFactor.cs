using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>
/// The triangular factor R of centred joint snapshots: with row i of Z the centred [x_i; y_i]', Z = Q R. It says all that
/// <see cref="PairMoments"/> say (R'R is their scatter) without having squared anything, so fits keep all their digits.
/// </summary>
/// <param name="BeforeWidth">n.</param>
/// <param name="AfterWidth">p.</param>
/// <param name="Count">Total weight of the snapshots.</param>
/// <param name="Mean">Mean of [x; y], length n + p.</param>
/// <param name="R">k × (n + p), k ≤ n + p, upper triangular (upper trapezoidal when k is less).</param>
public sealed record JointFactor(int BeforeWidth, int AfterWidth, double Count, double[] Mean, Matrix R)
{
    /// <summary>The same data as moments: Scatter = R'R.</summary>
    public PairMoments ToMoments(ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        return new PairMoments(BeforeWidth, AfterWidth, Count, Mean, la.SymmetricProduct(R, transpose: true));
    }
}
