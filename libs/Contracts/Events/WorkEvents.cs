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

/// <summary>Accumulators of a component are there that can be merged.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Component">0-based component.</param>
/// <param name="Level">Level in the tree of merges, 1 the lowest.</param>
/// <param name="Index">0-based node within its level.</param>
public sealed record MergePlanned(string RunId, int Component, int Level, int Index) : IRunEvent
{
    /// <inheritdoc/>
    public static string Topic => Topics.MergePlanned;
}

/// <summary>All of a component's snapshot pairs are summed up: its operators can be fitted.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Component">0-based component.</param>
public sealed record FitPlanned(string RunId, int Component) : IRunEvent
{
    /// <inheritdoc/>
    public static string Topic => Topics.FitPlanned;
}

/// <summary>Every operator of a run is there: its components can be scored.</summary>
/// <param name="RunId">The run.</param>
public sealed record ScorePlanned(string RunId) : IRunEvent
{
    /// <inheritdoc/>
    public static string Topic => Topics.ScorePlanned;
}
