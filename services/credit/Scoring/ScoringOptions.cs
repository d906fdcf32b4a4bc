namespace KoopmanMesh.Credit.Scoring;

/// <summary>Tolerances of a score.</summary>
internal sealed record ScoringOptions
{
    /// <summary>1e-10.</summary>
    public const double DefaultPdetTolerance = 1e-10;

    /// <summary>1e-6.</summary>
    public const double DefaultCovarianceTolerance = 1e-6;

    /// <summary>
    /// Singular values at or below this fraction of the largest count as zero in a pseudo-determinant; in [0, 1),
    /// default 1e-10.
    /// </summary>
    public double PdetTolerance { get; init; } = DefaultPdetTolerance;

    /// <summary>
    /// Directions of a cut with at most this fraction of its largest variance are left out of the canonical metric; in
    /// [0, 1), default 1e-6.
    /// </summary>
    public double CovarianceTolerance { get; init; } = DefaultCovarianceTolerance;

    /// <exception cref="ArgumentOutOfRangeException">A tolerance lies outside [0, 1).</exception>
    public void Require()
    {
        RequireFraction(PdetTolerance, nameof(PdetTolerance));
        RequireFraction(CovarianceTolerance, nameof(CovarianceTolerance));
    }

    private static void RequireFraction(double value, string name)
    {
        if (!(value >= 0 && value < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is a fraction in [0, 1), got {value}");
        }
    }
}
