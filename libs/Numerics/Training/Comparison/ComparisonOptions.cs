namespace KoopmanMesh.Numerics.Training.Comparison;

/// <summary>How two groups of runs are compared (Redman et al. 2024, methods S3). Immutable.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Snapshots stacked in one, newest first, each run for itself; 1 to 256. Default 32.</summary>
    public int Delays { get; init => field = InRange(value, 1, 256, "snapshots stacked in one"); } = 32;

    /// <summary>Modes compared, 1 to 256. Default 10.</summary>
    public int Modes { get; init => field = InRange(value, 1, 256, "modes compared"); } = 10;

    /// <summary>Random exchanges, 1 to 1,000,000. Default 999.</summary>
    public int Permutations { get; init => field = InRange(value, 1, 1_000_000, "random exchanges"); } = 999;

    /// <summary>The only source of chance. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Directions of a group's snapshots that are stacked, the leading ones; 1 to 512. Default 64: far more than the
    /// modes compared see.
    /// </summary>
    public int Dimensions { get; init => field = InRange(value, 1, 512, "directions of the snapshots"); } = 64;

    private static int InRange(int value, int least, int most, string what) => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"the {what} are {least} to {most}");
}
