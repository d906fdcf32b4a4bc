namespace KoopmanMesh.Contracts.Events;

/// <summary>
/// Topic names: package, version, event. A breaking change of a record is a new version beside the old one.
/// </summary>
public static class Topics
{
    /// <summary>Topic of <see cref="Events.ShardPlanned"/>.</summary>
    public const string ShardPlanned = "koopmanmesh.run.v1.shard-planned";

    /// <summary>Topic of <see cref="Events.MergePlanned"/>.</summary>
    public const string MergePlanned = "koopmanmesh.run.v1.merge-planned";

    /// <summary>Topic of <see cref="Events.FitPlanned"/>.</summary>
    public const string FitPlanned = "koopmanmesh.run.v1.fit-planned";

    /// <summary>Topic of <see cref="Events.ScorePlanned"/>.</summary>
    public const string ScorePlanned = "koopmanmesh.run.v1.score-planned";

    /// <summary>Topic of <see cref="Events.ReplacementPlanned"/>.</summary>
    public const string ReplacementPlanned = "koopmanmesh.run.v1.replacement-planned";

    /// <summary>Topic of <see cref="Events.ReplacementReported"/>.</summary>
    public const string ReplacementReported = "koopmanmesh.run.v1.replacement-reported";

    /// <summary>Topic of <see cref="Events.RunScored"/>.</summary>
    public const string RunScored = "koopmanmesh.run.v1.run-scored";

    /// <summary>Topic of <see cref="Events.RunFailed"/>.</summary>
    public const string RunFailed = "koopmanmesh.run.v1.run-failed";

    /// <summary>Topic of <see cref="Events.RunCancelled"/>.</summary>
    public const string RunCancelled = "koopmanmesh.run.v1.run-cancelled";

    /// <summary>Where a broker puts events that no attempt could deliver.</summary>
    public const string DeadLetter = "koopmanmesh.run.v1.dead-letter";
}
