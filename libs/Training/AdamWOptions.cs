namespace KoopmanMesh.Training;

/// <summary>Settings of <see cref="AdamW{T}"/>; the defaults are PyTorch's.</summary>
public sealed record AdamWOptions
{
    /// <summary>Step size; default 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decoupled decay of every parameter, biases too; default 1e-2, 0 disables.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Decay of the gradient's mean; default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the gradient's mean square; default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square; default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;
}
