namespace KoopmanMesh.Numerics.Training.Snapshots;

/// <summary>What is known of a snapshot beside its values; null is unknown, NaN never occurs.</summary>
/// <param name="Step">Ascending over a run.</param>
public sealed record Snapshot(long Step)
{
    /// <summary>Training loss.</summary>
    public double? Loss { get; init; }

    /// <summary>Loss on data that is not trained on.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Fraction in [0, 1].</summary>
    public double? Accuracy { get; init; }

    /// <summary>Learning rate of the step that led here.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Wall-clock seconds of training since the snapshot before.</summary>
    public double? Seconds { get; init; }
}
