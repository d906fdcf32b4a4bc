using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2, as PyTorch has it): with g the gradient,
/// <c>p -= lr wd p; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g²;</c>
/// <c>p -= lr m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)</c>.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class AdamW<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly AdamWOptions _options;
    private readonly T[] _mean;
    private readonly T[] _square;
    private readonly T[] _scratch;
    private int _steps;

    /// <summary>For a number of parameters; the moments start at zero.</summary>
    public AdamW(int parameters, AdamWOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        (_mean, _square, _scratch) = (new T[parameters], new T[parameters], new T[parameters]);
    }

    /// <summary>One step. O(length), allocates nothing.</summary>
    public void Step(Span<T> parameters, ReadOnlySpan<T> gradient)
    {
        if (parameters.Length != _mean.Length || gradient.Length != _mean.Length)
        {
            throw new ArgumentException(
                $"the optimizer was made for {_mean.Length} parameters, got {parameters.Length} and " +
                $"{gradient.Length} gradients",
                nameof(parameters));
        }

        var (rate, beta1, beta2) = (_options.LearningRate, _options.Beta1, _options.Beta2);
        _steps++;
        var scratch = _scratch.AsSpan();
        TensorPrimitives.Multiply(parameters, Of(1 - (rate * _options.WeightDecay)), parameters);
        TensorPrimitives.Multiply(_mean, Of(beta1), _mean);
        TensorPrimitives.MultiplyAdd(gradient, Of(1 - beta1), _mean, _mean);
        TensorPrimitives.Multiply(gradient, gradient, scratch);
        TensorPrimitives.Multiply(_square, Of(beta2), _square);
        TensorPrimitives.MultiplyAdd(scratch, Of(1 - beta2), _square, _square);

        // sqrt(v / c) + eps = (sqrt(v) + eps sqrt(c)) / sqrt(c), and the outer sqrt(c) goes into the step.
        var root = Math.Sqrt(1 - Math.Pow(beta2, _steps));
        var step = rate * root / (1 - Math.Pow(beta1, _steps));
        TensorPrimitives.Sqrt(_square, scratch);
        TensorPrimitives.Add(scratch, Of(_options.Epsilon * root), scratch);
        TensorPrimitives.Divide(_mean, scratch, scratch);
        TensorPrimitives.MultiplyAdd(scratch, Of(-step), parameters, parameters);
    }

    private static T Of(double value) => T.CreateTruncating(value);
}
