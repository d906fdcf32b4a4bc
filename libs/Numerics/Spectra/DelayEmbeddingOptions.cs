namespace KoopmanMesh.Numerics.Spectra;

/// <summary>How <see cref="DelayEmbedding"/> stacks steps.</summary>
public sealed record DelayEmbeddingOptions
{
    /// <summary>q ≥ 1, the number of successive states in a column. Default 2; 1 means no delay.</summary>
    public int Delays { get; init; } = 2;

    /// <summary>
    /// Pair k of a trajectory (k = 0 first) weighs StepDecay^k, in (0, 1]. Default 0.5: the first pair is at the true
    /// operating point, later ones are where iteration led. 1 weighs all alike.
    /// </summary>
    public double StepDecay { get; init; } = 0.5;
}
