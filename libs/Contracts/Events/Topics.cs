namespace KoopmanMesh.Contracts.Events;

/// <summary>
/// Topic names: package, version, event. A breaking change of a record is a new version beside the old one.
/// </summary>
public static class Topics
{
    /// <summary>Topic of <see cref="Events.ShardPlanned"/>.</summary>
    public const string ShardPlanned = "koopmanmesh.run.v1.shard-planned";

    /// <summary>Topic of <see cref="Events.ShardCaptured"/>.</summary>
    public const string ShardCaptured = "koopmanmesh.run.v1.shard-captured";

    /// <summary>Topic of <see cref="Events.ReplacementPlanned"/>.</summary>
    public const string ReplacementPlanned = "koopmanmesh.run.v1.replacement-planned";

    /// <summary>Topic of <see cref="Events.ReplacementReported"/>.</summary>
    public const string ReplacementReported = "koopmanmesh.run.v1.replacement-reported";

    /// <summary>Topic of <see cref="Events.OperatorFitted"/>.</summary>
    public const string OperatorFitted = "koopmanmesh.run.v1.operator-fitted";

    /// <summary>Topic of <see cref="Events.RunScored"/>.</summary>
    public const string RunScored = "koopmanmesh.run.v1.run-scored";

    /// <summary>Topic of <see cref="Events.RunFailed"/>.</summary>
    public const string RunFailed = "koopmanmesh.run.v1.run-failed";

    /// <summary>Topic of <see cref="Events.RunCancelled"/>.</summary>
    public const string RunCancelled = "koopmanmesh.run.v1.run-cancelled";
}
