using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>How often and by which seed <see cref="Bootstrap"/> draws.</summary>
public sealed record BootstrapOptions
{
    /// <summary>The default of <see cref="Replicates"/>.</summary>
    public const int DefaultReplicates = 200;

    /// <summary>Refits, ≥ 2. Default 200.</summary>
    public int Replicates
    {
        get;
        init => field = value >= 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "an interval takes at least 2 replicates");
    } = DefaultReplicates;

    /// <summary>The only source of chance. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Fraction of the refits inside the intervals, in (0, 1). Default 0.95.</summary>
    public double Level
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the level of an interval lies in (0, 1)");
    } = KoopmanIntervals.DefaultLevel;
}
