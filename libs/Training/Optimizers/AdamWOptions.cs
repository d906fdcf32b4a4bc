namespace KoopmanMesh.Training.Optimizers;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2): Adam, but the decay <c>p -= lr wd p</c> stands beside the gradient
/// instead of in it.
/// </summary>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <summary>Step size; default 1e-3.</summary>
    public override double LearningRate { get; init; } = 1e-3;

    /// <summary>Decoupled decay of every parameter, biases too; default 1e-2, 0 disables.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Decay of the gradient's mean; default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the gradient's mean square; default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square; default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override Optimizer<T> Create<T>(int parameters) => new Adam<T>(
        parameters,
        Within(LearningRate, 0, double.PositiveInfinity, nameof(LearningRate)),
        coupledDecay: 0,
        decoupledDecay: Within(WeightDecay, 0, double.PositiveInfinity, nameof(WeightDecay)),
        (Within(Beta1, 0, 1, nameof(Beta1)), Within(Beta2, 0, 1, nameof(Beta2)),
            Within(Epsilon, 0, double.PositiveInfinity, nameof(Epsilon))));
}
