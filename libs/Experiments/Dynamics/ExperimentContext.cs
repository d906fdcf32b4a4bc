using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Dynamics;

/// <summary>What an experiment is given.</summary>
public sealed record ExperimentContext
{
    /// <summary>Runs, with seeds 1, 2, …; at least 1.</summary>
    public required int Seeds { get; init; }

    /// <summary>Where finished seeds are kept.</summary>
    public required SeedStore Store { get; init; }

    /// <summary>What all heavy work runs on.</summary>
    public required ILinearAlgebra Algebra { get; init; }

    /// <summary>MNIST's folder; null for experiments without it.</summary>
    public string? Mnist { get; init; }

    /// <summary>Told what is going on, e.g. "seed 3: epoch 12 of 30", and how far everything is, in [0, 1].</summary>
    public IProgress<(double Fraction, string Text)>? Progress { get; init; }
}
