using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>A triangular factor of centred joint snapshots that was not made by an accumulator.</summary>
/// <param name="BeforeWidth">n.</param>
/// <param name="AfterWidth">p.</param>
/// <param name="Count">Total weight of the snapshots.</param>
/// <param name="Mean">Mean of [x; y], length n + p.</param>
/// <param name="R">k × (n + p), k ≤ n + p, upper triangular (upper trapezoidal when k is less).</param>
public sealed record JointFactor(int BeforeWidth, int AfterWidth, double Count, double[] Mean, Matrix R)
{
    /// <summary>The same numbers as an accumulator hands them out.</summary>
    public static implicit operator PairFactor(JointFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return factor.ToPairFactor();
    }

    /// <summary>The same numbers as an accumulator hands them out.</summary>
    public PairFactor ToPairFactor() => new(BeforeWidth, AfterWidth, Count, Mean, R);
}
