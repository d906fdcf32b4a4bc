namespace KoopmanMesh.Experiments.Dynamics.Sobolev;

/// <summary>How E1.4 is run.</summary>
internal sealed record SobolevOptions
{
    /// <summary>Grid points on one period.</summary>
    public int Points { get; init; } = 8_192;

    /// <summary>Wave numbers of the signal (methods P1.8).</summary>
    public IReadOnlyList<int> Waves { get; init; } = [1, 5, 20];

    /// <summary>Their amplitudes.</summary>
    public IReadOnlyList<double> Amplitudes { get; init; } = [1, 1, 1];

    /// <summary>Standard deviations of the noise, in root mean squares of the signal.</summary>
    public IReadOnlyList<double> NoiseLevels { get; init; } = [1, 2, 5];

    /// <summary>Hidden widths, all with sines.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [64, 64];

    /// <summary>Factor of the first layer's weights: the band that the network starts with.</summary>
    public double FirstScale { get; init; } = 120;

    /// <summary>Steps, each over the whole grid.</summary>
    public int Epochs { get; init; } = 600;

    /// <summary>Adam's learning rate.</summary>
    public double Rate { get; init; } = 3e-3;

    /// <summary>Every how many epochs the error is looked at.</summary>
    public int Stride { get; init; } = 20;
}
