using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// Dynamic mode decomposition of snapshot pairs: X ≈ U S V', B = Y V S^(-1), Atil = U' B, Atil w = lambda w (Tu et al.
/// 2014; Schmid 2010), with the residual of every pair. <see cref="RefinedDmd"/> makes the residuals smaller.
/// </summary>
public static class Dmd
{
    /// <summary>O(n m min(n, m)), or O(n m cap) for large data under a cap.</summary>
    /// <exception cref="NonFiniteDataException">The pairs, or what follows from them, are not finite.</exception>
    public static DmdSpectrum Fit(SnapshotPairs pairs, DmdOptions options, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        return RitzPairs.Of(SnapshotBasis.Of(pairs, options, la), refine: 0, la);
    }
}
