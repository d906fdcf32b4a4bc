namespace KoopmanMesh.Credit.Auditing;

/// <summary>Whether to believe a claim (methods P0.12).</summary>
internal enum AuditVerdict
{
    /// <summary>The credit ranks components as the intervention does, beyond chance.</summary>
    Trusted,

    /// <summary>Neither shown nor refuted.</summary>
    Weak,

    /// <summary>The credit ranks components against the intervention.</summary>
    Contradicted,

    /// <summary>Too few components to tell.</summary>
    TooFewComponents,
}
