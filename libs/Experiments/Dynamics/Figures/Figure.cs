namespace KoopmanMesh.Experiments.Dynamics.Figures;

/// <summary>
/// A plot: series over one pair of axes. What is not finite (or not positive on a log axis) is left out.
/// </summary>
public sealed record Figure
{
    /// <summary>One line above the plot.</summary>
    public required string Title { get; init; }

    /// <summary>Name and unit of the horizontal axis.</summary>
    public required string X { get; init; }

    /// <summary>Name and unit of the vertical axis.</summary>
    public required string Y { get; init; }

    /// <summary>What is drawn, the first below.</summary>
    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>A logarithmic horizontal axis.</summary>
    public bool LogX { get; init; }

    /// <summary>A logarithmic vertical axis.</summary>
    public bool LogY { get; init; }

    /// <summary>One unit has the same length on both axes: for spectra, with the unit circle drawn.</summary>
    public bool IsComplexPlane { get; init; }
}

/// <summary>Points that belong together.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="X">Horizontal.</param>
/// <param name="Y">Vertical, as long.</param>
public sealed record Series(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Points alone, without a line through them.</summary>
    public bool AsPoints { get; init; }

    /// <summary>The ends of intervals around Y, as long; null for none.</summary>
    public (IReadOnlyList<double> Low, IReadOnlyList<double> High)? Band { get; init; }
}
