namespace KoopmanMesh.Credit.Auditing;

/// <summary>
/// What a credit may be claimed to predict. Each is tested apart: a metric can be right about one and blind to the
/// other.
/// </summary>
internal enum CreditClaim
{
    /// <summary>|credit| ranks components by what is lost when a linear stand-in replaces them.</summary>
    Irreplaceability,

    /// <summary>|credit| ranks components by the effect of perturbing what they write.</summary>
    Sensitivity,
}
