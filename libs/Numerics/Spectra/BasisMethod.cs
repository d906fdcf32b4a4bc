namespace KoopmanMesh.Numerics.Spectra;

/// <summary>How the leading directions of the snapshots were found.</summary>
public enum BasisMethod
{
    /// <summary>A singular value decomposition of all snapshots.</summary>
    Svd,

    /// <summary>
    /// A seeded random range finder with two power iterations, then an SVD inside the range: for large data with a
    /// capped rank. Only the leading singular values are known; directions are exact when the numerical rank is below
    /// the cap.
    /// </summary>
    RandomRange,
}
