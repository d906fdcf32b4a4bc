using System.Numerics;

namespace KoopmanMesh.Training.Optimizers;

/// <summary>Which optimizer steps, and how. Formulas and defaults are PyTorch's.</summary>
public abstract record OptimizerOptions
{
    /// <summary>Step size where training begins; a schedule may change it.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>An optimizer of a number of parameters, its memory at zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public abstract Optimizer<T> Create<T>(int parameters) where T : unmanaged, IFloatingPointIeee754<T>;

    // What every option but the learning rate is: a number in [least, most), named where it is not.
    private protected static double Within(double value, double least, double most, string name) =>
        value >= least && value < most
            ? value
            : throw OutOfRange(
                name, value, double.IsInfinity(most)
                    ? $"the optimizer's {name} is a finite number from {least}"
                    : $"the optimizer's {name} is a number from {least} and below {most}");

    private protected static ArgumentOutOfRangeException OutOfRange(string name, double value, string rule) =>
        new(name, value, rule);
}
