namespace KoopmanMesh.Credit.Auditing;

/// <summary>How an audit judges (methods P0.12).</summary>
internal sealed record AuditOptions
{
    /// <summary>Shuffles of a permutation test; default 1,000.</summary>
    public int Permutations { get; init; } = 1_000;

    /// <summary>Seeds the shuffles; default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Components with a credit below which there is no verdict; default 6.</summary>
    public int FewestComponents { get; init; } = 6;

    /// <summary>Spearman correlation from which a claim can be trusted; default 0.6.</summary>
    public double TrustedCorrelation { get; init; } = 0.6;

    /// <summary>Largest permutation p of a trusted claim; default 0.05.</summary>
    public double TrustedP { get; init; } = 0.05;

    /// <summary>Spearman correlation down from which a claim is contradicted; default -0.3.</summary>
    public double ContradictedCorrelation { get; init; } = -0.3;
}
