namespace KoopmanMesh.Cli.Scaling;

/// <summary>What one job took with one number of replicas.</summary>
internal sealed record ScalePoint
{
    public required int Replicas { get; init; }

    /// <summary>Of the job that ran: with weak scaling the rows asked for times the replicas.</summary>
    public required long Rows { get; init; }

    /// <summary>Of the job with one replica: what points of one curve share.</summary>
    public required long BaseRows { get; init; }

    public required IReadOnlyList<double> Trials { get; init; }

    public required Spread Seconds { get; init; }

    /// <summary>By the median time.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>Against the fewest replicas; of weak scaling the scaled speed-up.</summary>
    public required double SpeedUp { get; init; }

    /// <summary>Of the replicas added.</summary>
    public required double Efficiency { get; init; }

    /// <summary>
    /// By Karp and Flatt, of weak scaling by Gustafson; null at the fewest replicas, which have nothing to explain.
    /// </summary>
    public double? SerialFraction { get; init; }

    /// <summary>Snapshots that went from capture to koopman, in bytes.</summary>
    public required long SnapshotBytes { get; init; }

    /// <summary>Median seconds by the stage that the run was in; together about the whole.</summary>
    public required IReadOnlyDictionary<string, double> StageSeconds { get; init; }

    /// <summary>The pieces of work of all trials.</summary>
    public required IReadOnlyList<StageWork> Stages { get; init; }

    /// <summary>Who did them.</summary>
    public required IReadOnlyList<ReplicaShare> Shares { get; init; }

    /// <summary>Jain's index of the replicas' shares of the rows, 1 when all did the same.</summary>
    public double? Balance { get; init; }
}
