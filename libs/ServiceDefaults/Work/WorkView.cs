namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// As much of a run's work as decides what follows from some of it: what is parked, every fit, score and replacement,
/// and of the work that was asked for what there is. It may hold more.
/// </summary>
/// <param name="ShardsOffered">The ledger has all shards below this one, and not this one.</param>
/// <param name="ShardsUnderWay">Shards that are ready or leased.</param>
/// <param name="Items">The work, in the order of kind, component, level, index.</param>
public sealed record WorkView(int ShardsOffered, int ShardsUnderWay, IReadOnlyList<WorkItem> Items)
{
    /// <summary>A view of all there is.</summary>
    public static WorkView OfAll(IReadOnlyList<WorkItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var shards = items.TakeWhile(static i => i.Key.Kind == WorkKind.Shard).ToArray();
        var offered = 0;
        while (offered < shards.Length && shards[offered].Key.Index == offered)
        {
            offered++;
        }

        return new WorkView(
            offered,
            shards.Count(static i => i.State is WorkState.Ready or WorkState.Leased),
            items);
    }
}
