namespace KoopmanMesh.Numerics.Observables;

/// <summary>Families of kernels; s is the scale.</summary>
public enum KernelKind
{
    /// <summary>exp(-|x - y|^2 / s^2).</summary>
    Gaussian,

    /// <summary>exp(-|x - y| / s): for rough functions.</summary>
    Laplacian,

    /// <summary>(1 + x'y / s^2)^a: all monomials to degree a at once.</summary>
    Polynomial,

    /// <summary>x'y: DMD in the space of pairs.</summary>
    Linear,

    /// <summary>
    /// r^2 log r with r = |x - y| / s: a radial feature without a bandwidth to speak of. Not positive definite, so no
    /// kernel of <see cref="Estimators.KernelEstimator"/>.
    /// </summary>
    ThinPlate,
}
