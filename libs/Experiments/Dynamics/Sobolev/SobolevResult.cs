namespace KoopmanMesh.Experiments.Dynamics.Sobolev;

/// <summary>One seed at one level of noise.</summary>
internal sealed record SobolevResult
{
    public required int Seed { get; init; }

    /// <summary>Standard deviation of the noise, in root mean squares of the signal.</summary>
    public required double Noise { get; init; }

    /// <summary>By the names of the losses.</summary>
    public required Dictionary<string, SobolevOutcome> Losses { get; init; }

    /// <summary>Errors of estimates without training.</summary>
    public required Dictionary<string, double> Filters { get; init; }
}

/// <summary>What one loss came to. Errors are to the clean signal, in its root mean squares.</summary>
internal sealed record SobolevOutcome
{
    /// <summary>At the end.</summary>
    public required double Error { get; init; }

    /// <summary>After 0, stride, 2 stride, … epochs.</summary>
    public required double[] Curve { get; init; }

    /// <summary>Share of each wave in the end.</summary>
    public required double[] Waves { get; init; }

    /// <summary>Energy of all else in the end, in energies of the signal.</summary>
    public required double Rest { get; init; }
}
