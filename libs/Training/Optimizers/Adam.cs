using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training.Optimizers;

/// <summary>Both kinds of Adam; see <see cref="AdamOptions"/> and <see cref="AdamWOptions"/>.</summary>
internal sealed class Adam<T>(
    int parameters, double rate, double coupledDecay, double decoupledDecay,
    (double Beta1, double Beta2, double Epsilon) constants)
    : Optimizer<T>(parameters, rate)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _mean = new T[parameters];
    private readonly T[] _square = new T[parameters];

    private protected override void Update(Span<T> parameters, ReadOnlySpan<T> gradient, Span<T> scratch)
    {
        var (beta1, beta2, epsilon) = constants;
        if (decoupledDecay != 0)
        {
            TensorPrimitives.Multiply(parameters, Of(1 - (LearningRate * decoupledDecay)), parameters);
        }

        if (coupledDecay != 0)
        {
            TensorPrimitives.MultiplyAdd(parameters, Of(coupledDecay), gradient, scratch);
            gradient = scratch;
        }

        TensorPrimitives.Multiply(_mean, Of(beta1), _mean);
        TensorPrimitives.MultiplyAdd(gradient, Of(1 - beta1), _mean, _mean);
        TensorPrimitives.Multiply(gradient, gradient, scratch);
        TensorPrimitives.Multiply(_square, Of(beta2), _square);
        TensorPrimitives.MultiplyAdd(scratch, Of(1 - beta2), _square, _square);

        // sqrt(v / c) + eps = (sqrt(v) + eps sqrt(c)) / sqrt(c), and the outer sqrt(c) goes into the step.
        var root = Math.Sqrt(1 - Math.Pow(beta2, Steps));
        var step = LearningRate * root / (1 - Math.Pow(beta1, Steps));
        TensorPrimitives.Sqrt(_square, scratch);
        TensorPrimitives.Add(scratch, Of(epsilon * root), scratch);
        TensorPrimitives.Divide(_mean, scratch, scratch);
        TensorPrimitives.MultiplyAdd(scratch, Of(-step), parameters, parameters);
    }
}
