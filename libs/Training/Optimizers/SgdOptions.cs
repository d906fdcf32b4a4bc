using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training.Optimizers;

/// <summary>
/// Gradient descent with momentum (Sutskever and others 2013) as PyTorch has it, without dampening: <c>g += wd p;
/// u = mu u + g; p -= lr u</c>, or <c>p -= lr (g + mu u)</c> with Nesterov's step.
/// </summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>Step size; default 1e-2.</summary>
    public override double LearningRate { get; init; } = 1e-2;

    /// <summary>mu, from 0 and below 1; default 0, plain gradient descent.</summary>
    public double Momentum { get; init; }

    /// <summary>Nesterov's step, which needs a momentum; default no.</summary>
    public bool Nesterov { get; init; }

    /// <summary>wd, for biases too; default 0.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override Optimizer<T> Create<T>(int parameters)
    {
        Within(LearningRate, 0, double.PositiveInfinity, nameof(LearningRate));
        Within(Momentum, 0, 1, nameof(Momentum));
        Within(WeightDecay, 0, double.PositiveInfinity, nameof(WeightDecay));
        if (Nesterov && Momentum == 0)
        {
            throw OutOfRange(nameof(Momentum), Momentum, "Nesterov's step needs a momentum above 0");
        }

        return new Sgd<T>(parameters, this);
    }

    private sealed class Sgd<T>(int parameters, SgdOptions options) : Optimizer<T>(parameters, options.LearningRate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly T[] _velocity = new T[options.Momentum == 0 ? 0 : parameters];

        private protected override void Update(Span<T> parameters, ReadOnlySpan<T> gradient, Span<T> scratch)
        {
            TensorPrimitives.MultiplyAdd(parameters, Of(options.WeightDecay), gradient, scratch);
            if (options.Momentum != 0)
            {
                TensorPrimitives.MultiplyAdd(_velocity, Of(options.Momentum), scratch, _velocity);
                if (options.Nesterov)
                {
                    TensorPrimitives.MultiplyAdd(_velocity, Of(options.Momentum), scratch, scratch);
                }
                else
                {
                    _velocity.CopyTo(scratch);
                }
            }

            TensorPrimitives.MultiplyAdd(scratch, Of(-LearningRate), parameters, parameters);
        }
    }
}
