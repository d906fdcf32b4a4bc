namespace KoopmanMesh.Cli.Scaling.Model;

/// <summary>A mesh, and what the cluster around it gives.</summary>
internal sealed record MeshSize
{
    /// <summary>Shards that a capture replica has under way at once.</summary>
    public const int ShardsAtOnce = 4;

    private const int DefaultShardsInFlight = 8;
    private const double DefaultReconcileSeconds = 5;
    private const double BeatSeconds = 0.2;
    private const double LongestBeatSeconds = 5;
    private const double TenGigabits = 1.25e9;

    public required int Captures { get; init; }

    public required int Koopmans { get; init; }

    /// <summary>Cores that all replicas share; null: each has one of its own.</summary>
    public int? SharedCores { get; init; }

    /// <summary><c>Work:ShardsInFlight</c>.</summary>
    public int ShardsInFlight { get; init; } = DefaultShardsInFlight;

    /// <summary><c>Work:ReconcileInterval</c>, in seconds.</summary>
    public double ReconcileSeconds { get; init; } = DefaultReconcileSeconds;

    /// <summary>Of the volume that holds the artifacts, all replicas together: an assumption.</summary>
    public double VolumeBytesPerSecond { get; init; } = TenGigabits;

    /// <summary>Of one replica's network: an assumption.</summary>
    public double NetworkBytesPerSecond { get; init; } = TenGigabits;

    /// <summary>Between the heart-beats of a piece of work: the fewer the more there are.</summary>
    public double SecondsBetweenBeats =>
        Math.Min(LongestBeatSeconds, BeatSeconds * Math.Max(1, (double)ShardsInFlight / DefaultShardsInFlight));

    public int Processes => Captures + Koopmans + 1;
}
