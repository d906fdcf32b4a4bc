using System.Numerics;

namespace KoopmanMesh.Training.Optimizers;

/// <summary>
/// Moves parameters against a gradient, each by itself, and remembers what it needs between steps: parameters may be
/// shared out among several optimizers without changing a bit.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class Optimizer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _parameters;
    private readonly T[] _scratch;

    private protected Optimizer(int parameters, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parameters);
        (_parameters, _scratch, LearningRate) = (parameters, new T[parameters], rate);
    }

    /// <summary>Step size of the next step.</summary>
    public double LearningRate { get; set; }

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>One step. O(length), allocates nothing.</summary>
    /// <exception cref="ArgumentException">The optimizer was made for another number of parameters.</exception>
    public void Step(Span<T> parameters, ReadOnlySpan<T> gradient)
    {
        if (parameters.Length != _parameters || gradient.Length != _parameters)
        {
            throw new ArgumentException(
                $"the optimizer was made for {_parameters} parameters, got {parameters.Length} and {gradient.Length} "
                + "gradients",
                nameof(parameters));
        }

        Steps++;
        Update(parameters, gradient, _scratch);
    }

    /// <summary>Step number <see cref="Steps"/>, from 1. The scratch is as long as the parameters.</summary>
    private protected abstract void Update(Span<T> parameters, ReadOnlySpan<T> gradient, Span<T> scratch);

    private protected static T Of(double value) => T.CreateTruncating(value);
}
