namespace KoopmanMesh.Numerics.Estimators;

/// <summary>What <see cref="OrthogonalEstimator"/> demands of an operator.</summary>
public enum Constraint
{
    /// <summary>A'A = I: lengths are kept, all |lambda| = 1.</summary>
    Orthogonal,

    /// <summary>A = A': real eigenvalues, orthogonal modes.</summary>
    Symmetric,

    /// <summary>A = -A': eigenvalues on the imaginary axis.</summary>
    SkewSymmetric,
}
