using System.Numerics;

namespace KoopmanMesh.Training;

/// <summary>
/// What a network starts as: its activations, and normal weights with standard deviation
/// <c>Scale · sqrt(2 / inputs)</c>, Kaiming's rule times a factor. The defaults are those of a network made without.
/// </summary>
public sealed record DenseInitialisation
{
    /// <summary>After every layer but the last; default ReLU.</summary>
    public Activation Hidden { get; init; } = Activation.Relu;

    /// <summary>After the last layer; default none.</summary>
    public Activation Output { get; init; } = Activation.Identity;

    /// <summary>
    /// Factor of all weights, at least 0; default 1. 1 / sqrt(2) is Xavier's rule for equal widths, which tanh wants;
    /// 20 is a start that should be found out.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not finite.</exception>
    public double Scale { get; init => field = Factor(value, nameof(Scale)); } = 1;

    /// <summary>
    /// Further factor of the first layer's weights and of its biases' spread, at least 0; default 1. With sines it is
    /// the band of frequencies that the network starts with.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not finite.</exception>
    public double FirstScale { get; init => field = Factor(value, nameof(FirstScale)); } = 1;

    /// <summary>
    /// Standard deviation of the biases around <see cref="DenseNetwork{T}.InitialBias"/>, at least 0; default 0. With
    /// one input, only a spread of biases lets units bend in different places.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not finite.</exception>
    public double BiasDeviation { get; init => field = Factor(value, nameof(BiasDeviation)); }

    internal Activation[] Activations(int layers) =>
        [.. Enumerable.Range(1, layers).Select(i => i < layers ? Hidden : Output)];

    // Weights, then biases; without a spread nothing is drawn for them.
    internal void Draw<T>(RandomState random, DenseLayer<T> layer, bool isFirst)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var factor = isFirst ? FirstScale : 1;
        var deviation = Scale * factor * Math.Sqrt(2.0 / layer.Inputs);
        foreach (ref var weight in layer.Weights.Span)
        {
            weight = T.CreateTruncating(deviation * random.NextNormal());
        }

        layer.Biases.Span.Fill(T.CreateTruncating(DenseNetwork<T>.InitialBias));
        if (BiasDeviation > 0)
        {
            foreach (ref var bias in layer.Biases.Span)
            {
                bias += T.CreateTruncating(factor * BiasDeviation * random.NextNormal());
            }
        }
    }

    private static double Factor(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is a finite number from 0");
}
