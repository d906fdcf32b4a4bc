using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training.Optimizers;

/// <summary>
/// Adagrad (Duchi and others 2011) as PyTorch has it: <c>g += wd p; s += g²;
/// p -= lr / (1 + (t - 1) decay) · g / (sqrt(s) + eps)</c>.
/// </summary>
public sealed record AdagradOptions : OptimizerOptions
{
    /// <summary>Step size; default 1e-2.</summary>
    public override double LearningRate { get; init; } = 1e-2;

    /// <summary>How the step size falls with the number of steps; default 0.</summary>
    public double RateDecay { get; init; }

    /// <summary>wd, for biases too; default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Added to the root; default 1e-10.</summary>
    public double Epsilon { get; init; } = 1e-10;

    /// <inheritdoc/>
    public override Optimizer<T> Create<T>(int parameters)
    {
        Within(LearningRate, 0, double.PositiveInfinity, nameof(LearningRate));
        Within(RateDecay, 0, double.PositiveInfinity, nameof(RateDecay));
        Within(WeightDecay, 0, double.PositiveInfinity, nameof(WeightDecay));
        Within(Epsilon, 0, double.PositiveInfinity, nameof(Epsilon));
        return new Adagrad<T>(parameters, this);
    }

    private sealed class Adagrad<T>(int parameters, AdagradOptions options)
        : Optimizer<T>(parameters, options.LearningRate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly T[] _sum = new T[parameters];
        private readonly T[] _root = new T[parameters];

        private protected override void Update(Span<T> parameters, ReadOnlySpan<T> gradient, Span<T> scratch)
        {
            TensorPrimitives.MultiplyAdd(parameters, Of(options.WeightDecay), gradient, scratch);
            TensorPrimitives.MultiplyAdd(scratch, scratch, _sum, _sum);
            TensorPrimitives.Sqrt(_sum, _root);
            TensorPrimitives.Add(_root, Of(options.Epsilon), _root);
            TensorPrimitives.Divide(scratch, _root, scratch);
            var step = LearningRate / (1 + ((Steps - 1) * options.RateDecay));
            TensorPrimitives.MultiplyAdd(scratch, Of(-step), parameters, parameters);
        }
    }
}
