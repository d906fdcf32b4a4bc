namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>What a piece of work is.</summary>
public enum WorkKind
{
    /// <summary>Run a range of rows through the network (capture).</summary>
    Shard = 1,

    /// <summary>Merge some accumulators of a component (koopman).</summary>
    Merge = 2,

    /// <summary>Fit the operators of a component (koopman).</summary>
    Fit = 3,

    /// <summary>Score and audit a run whose operators are there (credit).</summary>
    Score = 4,

    /// <summary>Look for linear stand-ins (capture).</summary>
    Replacement = 5,
}

/// <summary>Names one piece of a run's work. Numbers that a kind does not need are 0.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Component">0-based component of a merge or fit.</param>
/// <param name="Level">Level of a merge in the tree, 1 the lowest.</param>
/// <param name="Index">0-based shard, or node of a merge within its level.</param>
public readonly record struct WorkKey(string RunId, WorkKind Kind, int Component = 0, int Level = 0, int Index = 0)
{
    /// <summary>For people and logs: <c>shard 3</c>, <c>merge 2/1/0</c>, <c>fit 2</c>, <c>score</c>.</summary>
    public string Name => Kind switch
    {
        WorkKind.Shard => FormattableString.Invariant($"shard {Index}"),
        WorkKind.Merge => FormattableString.Invariant($"merge {Component}/{Level}/{Index}"),
        WorkKind.Fit => FormattableString.Invariant($"fit {Component}"),
        WorkKind.Score => "score",
        _ => "replacement",
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Name} of run '{RunId}'";
}
