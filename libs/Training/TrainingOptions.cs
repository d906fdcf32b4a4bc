using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;
using KoopmanMesh.Training.Schedules;

namespace KoopmanMesh.Training;

/// <summary>How a network is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data; default 100.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Rows in a step; default 1,000. The last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 1_000;

    /// <summary>Seeds the order of the rows, which is drawn anew every epoch; default 0.</summary>
    public uint Seed { get; init; }

    /// <summary>What is made small; default cross-entropy of classes.</summary>
    public Loss Loss { get; init; } = new SoftmaxCrossEntropy();

    /// <summary>The optimizer and its settings; default AdamW.</summary>
    public OptimizerOptions Optimizer { get; init; } = new AdamWOptions();

    /// <summary>Parameters that are not trained, one by one; default none, all are.</summary>
    public ParameterMask? Mask { get; init; }

    /// <summary>How the learning rate changes; default not at all.</summary>
    public Schedule Schedule { get; init; } = new ConstantRate();
}
