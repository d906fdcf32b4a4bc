namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>How far a hybrid can be from its original on a box.</summary>
internal sealed record SoundBoundResult
{
    /// <summary>Why there is no bound, one sentence; empty when there is one.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>"interval" or "zonotope".</summary>
    public string Domain { get; init; } = "";

    /// <summary>Largest absolute difference over a region's outputs, at the hybrid's own input; one a region.</summary>
    public IReadOnlyList<double> Regions { get; init; } = [];

    /// <summary>Largest absolute difference of each output.</summary>
    public IReadOnlyList<double> Outputs { get; init; } = [];

    /// <summary>What part of the largest of <see cref="Outputs"/> is for float32 rounding in both networks.</summary>
    public double Rounding { get; init; }

    public UnstableCount Original { get; init; } = UnstableCount.Refused("");

    public UnstableCount Hybrid { get; init; } = UnstableCount.Refused("");

    /// <summary>What it assumes, one sentence each.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    public static SoundBoundResult Refused(string reason) => new() { Refusal = reason };
}
