namespace KoopmanMesh.Experiments.Dynamics.Depth;

/// <summary>One seed.</summary>
internal sealed record DepthResult
{
    public required int Seed { get; init; }

    public required List<DepthOutcome> Outcomes { get; init; }
}

/// <summary>What the rule made of one map.</summary>
/// <param name="Case">Its name.</param>
/// <param name="Planted">N.</param>
/// <param name="Recovered">Layers that the rule advises; 0 where no pair was trusted.</param>
/// <param name="Unrounded">max |log lambda| / delta, whose ceiling that is; null where no pair was trusted.</param>
/// <param name="Untrusted">Eigenvalues left out for their residual.</param>
internal sealed record DepthOutcome(string Case, int Planted, int Recovered, double? Unrounded, int Untrusted);
