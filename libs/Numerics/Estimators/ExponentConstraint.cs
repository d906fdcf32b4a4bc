namespace KoopmanMesh.Numerics.Estimators;

/// <summary>Where the exponents alpha_j = log(lambda_j) / dt of a fit in time may lie.</summary>
public enum ExponentConstraint
{
    /// <summary>Anywhere.</summary>
    None,

    /// <summary>Re alpha ≤ 0: nothing grows exponentially, |lambda| ≤ 1.</summary>
    NonGrowing,

    /// <summary>Re alpha = 0: |lambda| = 1, nothing grows or decays.</summary>
    UnitCircle,
}
