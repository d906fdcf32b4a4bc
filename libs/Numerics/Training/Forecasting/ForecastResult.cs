namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>Predicted weights, and what they were made of.</summary>
/// <param name="Steps">Snapshots ahead of the last one, as asked for.</param>
/// <param name="Weights">The p values at each, in the order of the layout.</param>
/// <param name="Summary">What the prediction was made of.</param>
public sealed record ForecastResult(
    IReadOnlyList<long> Steps, IReadOnlyList<double[]> Weights, ForecastSummary Summary);

/// <summary>What a forecast was made of, over all its blocks.</summary>
public sealed record ForecastSummary
{
    /// <summary>Snapshots that were fitted.</summary>
    public required int Snapshots { get; init; }

    /// <summary>The last of them: horizons are counted from here.</summary>
    public required long FromStep { get; init; }

    /// <summary>Blocks of the partition.</summary>
    public required long Blocks { get; init; }

    /// <summary>Fewest directions that a block kept; 0 for one that did not move.</summary>
    public required int SmallestRank { get; init; }

    /// <summary>Most directions that a block kept.</summary>
    public required int LargestRank { get; init; }

    /// <summary>Mean directions of a block.</summary>
    public required double MeanRank { get; init; }

    /// <summary>
    /// Largest |lambda| before clipping; 0 without any. The constant's own eigenvalue 1 does not count. Blocks of more
    /// than 64 directions count with a bound on it, ||A^N||^(1/N), where that shows that nothing is to be clipped, and
    /// not at all without a clip: they are predicted without eigenvalues.
    /// </summary>
    public required double LargestModulus { get; init; }

    /// <summary>Eigenvalues that were moved onto the clip.</summary>
    public required long Clipped { get; init; }

    /// <summary>
    /// Blocks that stay at the last snapshot, because they had to be clipped and their eigenvectors are too nearly
    /// dependent to do so.
    /// </summary>
    public required long Held { get; init; }

    /// <summary>
    /// Values that did not change before the last snapshot, and stay as they are; 0 without the constant.
    /// </summary>
    public required long Constant { get; init; }

    /// <summary>
    /// ||Y - K X|| / ||Y - X|| over the fitted pairs: below 1 beats standing still; of blocks with more than 128 rows
    /// over 32 pairs, evenly spaced. 0 where nothing moves.
    /// </summary>
    public required double OneStepError { get; init; }

    /// <summary>Seconds in reading and fitting; the blocks' own times, scaled to the whole's.</summary>
    public required double FitSeconds { get; init; }

    /// <summary>Seconds in predicting; likewise.</summary>
    public required double PredictSeconds { get; init; }
}
