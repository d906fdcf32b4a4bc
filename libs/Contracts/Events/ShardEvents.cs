namespace KoopmanMesh.Contracts.Events;

/// <summary>A row range of the run's data set is ready to be captured.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Shard">0-based shard.</param>
/// <param name="Shards">Shards of the run.</param>
/// <param name="Components">Components of the run.</param>
/// <param name="FirstRow">Index of the shard's first row in the data set.</param>
/// <param name="Rows">Rows of the shard.</param>
public sealed record ShardPlanned(
    string RunId, int Shard, int Shards, int Components, long FirstRow, long Rows) : IRunEvent
{
    /// <inheritdoc/>
    public static string Topic => Topics.ShardPlanned;
}

/// <summary>Every component's snapshot pairs of a shard are in the koopman service's accumulators.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Shard">0-based shard.</param>
/// <param name="Shards">Shards of the run.</param>
/// <param name="Components">Components of the run.</param>
/// <param name="Rows">Rows of the shard.</param>
public sealed record ShardCaptured(string RunId, int Shard, int Shards, int Components, long Rows) : IRunEvent
{
    /// <inheritdoc/>
    public static string Topic => Topics.ShardCaptured;
}
