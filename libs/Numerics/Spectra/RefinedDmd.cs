using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// Data-driven dynamic mode decomposition with refined Ritz vectors (Drmač, Mezić and Mohr 2018, SIAM J. Sci. Comput.
/// 40(4), algorithm 2; LAPACK's xGEDMD): pairs scaled by 1 / ||x_j||, Atil = U' B by the QR factors of [U B], and for
/// each lambda_i the unit w that minimises ||B w - lambda_i U w||, which is sigma_min of [R12 - lambda_i R11; R22].
/// </summary>
public static class RefinedDmd
{
    /// <summary>
    /// O(n m min(n, m)), or O(n m cap) for large data under a cap, and O(k^3) for each refined pair. Conjugates are
    /// refined once.
    /// </summary>
    /// <exception cref="NonFiniteDataException">The pairs, or what follows from them, are not finite.</exception>
    public static DmdSpectrum Fit(SnapshotPairs pairs, DmdOptions options, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        ArgumentOutOfRangeException.ThrowIfNegative(options.RefineLimit, nameof(options));
        return RitzPairs.Of(SnapshotBasis.Of(pairs, options, la), options.RefineLimit, la);
    }
}
