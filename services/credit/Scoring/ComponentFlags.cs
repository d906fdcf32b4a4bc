namespace KoopmanMesh.Credit.Scoring;

/// <summary>What a reader must know before believing a component's credit.</summary>
[Flags]
internal enum ComponentFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>
    /// The affine fit misses the held-out rows by more than the limit: its slope says little about the component.
    /// </summary>
    LowFidelity = 1,

    /// <summary>Nothing of the component's input reaches the output; it has no credit.</summary>
    Dead = 2,

    /// <summary>A rank changes across the component, so its credit compares volumes of different dimensions.</summary>
    RankDrop = 4,

    /// <summary>Too few rows for the number of input directions.</summary>
    UnderDetermined = 8,

    /// <summary>The component's output never changes.</summary>
    ConstantOutput = 16,
}
