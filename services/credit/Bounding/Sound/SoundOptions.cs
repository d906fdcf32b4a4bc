namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>Limits of a sound bound.</summary>
internal sealed record SoundOptions
{
    /// <summary>Bytes that noise symbols may take at a time; default 1.5 GiB.</summary>
    public long MaximumBytes { get; init; } = 3L << 29;

    /// <summary>Intervals alone: for comparison, and where time matters more than the bound.</summary>
    public bool IntervalsOnly { get; init; }
}
