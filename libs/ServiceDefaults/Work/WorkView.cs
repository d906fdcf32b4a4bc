namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// As much of a run's work as decides what follows from some of it: all work that is not done, every fit, score and
/// replacement, and of the work that was asked for what there is. It may hold more.
/// </summary>
/// <param name="ShardsOffered">The ledger has all shards below this one, and not this one.</param>
/// <param name="Items">The work, in the order of kind, component, level, index.</param>
public sealed record WorkView(int ShardsOffered, IReadOnlyList<WorkItem> Items)
{
    /// <summary>A view of all there is.</summary>
    public static WorkView OfAll(IReadOnlyList<WorkItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var offered = 0;
        foreach (var item in items.TakeWhile(static i => i.Key.Kind == WorkKind.Shard))
        {
            if (item.Key.Index > offered)
            {
                break;
            }

            offered++;
        }

        return new WorkView(offered, items);
    }
}
