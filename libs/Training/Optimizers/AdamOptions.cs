namespace KoopmanMesh.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) with weight decay added to the gradient: with <c>g += wd p</c>,
/// <c>m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g²; p -= lr m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)</c>.
/// </summary>
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>Step size; default 1e-3.</summary>
    public override double LearningRate { get; init; } = 1e-3;

    /// <summary>wd, for biases too; default 0.</summary>
    public double WeightDecay { get; init; }

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
        coupledDecay: Within(WeightDecay, 0, double.PositiveInfinity, nameof(WeightDecay)),
        decoupledDecay: 0,
        (Within(Beta1, 0, 1, nameof(Beta1)), Within(Beta2, 0, 1, nameof(Beta2)),
            Within(Epsilon, 0, double.PositiveInfinity, nameof(Epsilon))));
}
