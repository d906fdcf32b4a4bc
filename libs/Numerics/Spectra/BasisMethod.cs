namespace KoopmanMesh.Numerics.Spectra;

/// <summary>How the leading directions of the snapshots were found.</summary>
public enum BasisMethod
{
    /// <summary>A singular value decomposition of all snapshots.</summary>
    Svd,

    /// <summary>
    /// The triangular factor of the transposed snapshots, on all cores, and its singular value decomposition: the same
    /// digits as <see cref="Svd"/> in a fraction of the time when there are many more snapshots than features, and the
    /// same computation otherwise. 2 n^2 m.
    /// </summary>
    Qr,

    /// <summary>
    /// Eigenvectors of X X': n^2 m, half of <see cref="Qr"/>, but singular values below sqrt(n eps) s_1, about 1e-7
    /// s_1, are lost in rounding and none is kept.
    /// </summary>
    Gram,

    /// <summary>
    /// A seeded random range finder with two power iterations, then an SVD inside the range: for large data with a
    /// capped rank. Only the leading singular values are known; directions are exact when the numerical rank is below
    /// the cap.
    /// </summary>
    RandomRange,
}
