namespace KoopmanMesh.Numerics.Amplitudes;

/// <summary>How <see cref="ModeAmplitudes.Sparse(AmplitudeProblem, double, SparseAmplitudeOptions)"/> runs.</summary>
public sealed record SparseAmplitudeOptions
{
    /// <summary>Most steps of ADMM, ≥ 1. Default 10,000.</summary>
    public int MaxIterations
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "there is at least 1 iteration");
    } = 10_000;

    /// <summary>Both residuals of ADMM, relative to the amplitudes, at the end; > 0. Default 1e-8.</summary>
    public double Tolerance
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the tolerance is positive");
    } = 1e-8;

    /// <summary>
    /// Fit the amplitudes that are left once more without the price, which shrinks them. Default true.
    /// </summary>
    public bool Polish { get; init; } = true;
}
