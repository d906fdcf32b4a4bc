using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training.Optimizers;

/// <summary>
/// Adadelta (Zeiler 2012) as PyTorch has it: <c>g += wd p; s = rho s + (1 - rho) g²;
/// d = sqrt(a + eps) / sqrt(s + eps) · g; a = rho a + (1 - rho) d²; p -= lr d</c>.
/// </summary>
public sealed record AdadeltaOptions : OptimizerOptions
{
    /// <summary>Factor of the step; default 1.</summary>
    public override double LearningRate { get; init; } = 1;

    /// <summary>Decay of both mean squares; default 0.9.</summary>
    public double Rho { get; init; } = 0.9;

    /// <summary>wd, for biases too; default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Added under both roots; default 1e-6.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override Optimizer<T> Create<T>(int parameters)
    {
        Within(LearningRate, 0, double.PositiveInfinity, nameof(LearningRate));
        Within(Rho, 0, 1, nameof(Rho));
        Within(WeightDecay, 0, double.PositiveInfinity, nameof(WeightDecay));
        Within(Epsilon, 0, double.PositiveInfinity, nameof(Epsilon));
        return new Adadelta<T>(parameters, this);
    }

    private sealed class Adadelta<T>(int parameters, AdadeltaOptions options)
        : Optimizer<T>(parameters, options.LearningRate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly T[] _gradients = new T[parameters];
        private readonly T[] _changes = new T[parameters];
        private readonly T[] _ratio = new T[parameters];

        private protected override void Update(Span<T> parameters, ReadOnlySpan<T> gradient, Span<T> scratch)
        {
            TensorPrimitives.MultiplyAdd(parameters, Of(options.WeightDecay), gradient, scratch);
            Average(_gradients, scratch);
            TensorPrimitives.Add(_changes, Of(options.Epsilon), _ratio);
            TensorPrimitives.Sqrt(_ratio, _ratio);
            TensorPrimitives.Multiply(scratch, _ratio, scratch);
            TensorPrimitives.Add(_gradients, Of(options.Epsilon), _ratio);
            TensorPrimitives.Sqrt(_ratio, _ratio);
            TensorPrimitives.Divide(scratch, _ratio, scratch);
            Average(_changes, scratch);
            TensorPrimitives.MultiplyAdd(scratch, Of(-LearningRate), parameters, parameters);
        }

        // mean = rho mean + (1 - rho) values²
        private void Average(Span<T> mean, ReadOnlySpan<T> values)
        {
            TensorPrimitives.Multiply(values, values, _ratio);
            TensorPrimitives.Multiply(_ratio, Of(1 - options.Rho), _ratio);
            TensorPrimitives.MultiplyAdd(mean, Of(options.Rho), _ratio, mean);
        }
    }
}
