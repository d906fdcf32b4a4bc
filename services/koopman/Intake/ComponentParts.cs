using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>Sums of a component, and the room in memory that they take until disposed.</summary>
internal sealed record ComponentSums(AccumulatedPairs Pairs, SelfIterations? Trajectories, IDisposable Room)
    : IDisposable
{
    public void Dispose() => Room.Dispose();
}

/// <summary>
/// What the shards of a run left of one component, found through the ledger: only what the attempt that won left
/// counts, however often a shard was tried.
/// </summary>
internal sealed class ComponentParts(
    IWorkLedger work, IArtifactStore artifacts, AccumulatorStore accumulators, TrajectoryStore trajectories,
    AccumulatorBudget budget)
{
    /// <summary>The sum of one node of the tree of merges, its parts added in their order.</summary>
    public async Task<ComponentSums> MergeAsync(MergeTree tree, WorkKey node, CancellationToken cancellationToken)
    {
        var (first, count) = tree.ChildrenOf(node.Level, node.Index);
        var results = await ResultsAsync(Nodes(node, node.Level - 1, first, count), cancellationToken);
        var parts = node.Level == 1
            ? PairsOf(await ShardsAsync(results, node, first, count, cancellationToken))
            : Nodes(node, node.Level - 1, first, count).Select(part => results[part]);
        return await OwnThread.RunAsync(() => Sum([.. parts], alignment: null, []), cancellationToken);
    }

    /// <summary>All of a component: the sums of the top of the tree, added, and every shard's trajectories.</summary>
    public async Task<ComponentSums> LoadAsync(MergeTree tree, WorkKey fit, CancellationToken cancellationToken)
    {
        WorkKey[] top = [.. Nodes(fit, tree.Top, 0, tree.Size(tree.Top))];
        var results = await ResultsAsync([.. Nodes(fit, 0, 0, tree.Shards), .. top], cancellationToken);
        var shards = await ShardsAsync(results, fit, 0, tree.Shards, cancellationToken);
        return await OwnThread.RunAsync(
            () => Sum(
                [.. tree.Top == 0 ? PairsOf(shards) : top.Select(part => results[part])],
                shards[0].Alignment,
                shards.Select(s => s.Trajectories).OfType<string>()),
            cancellationToken);
    }

    private ComponentSums Sum(string[] parts, string? alignment, IEnumerable<string> iterations)
    {
        // The sum, the part that is added to it, and the file that the part is read from.
        var room = budget.HoldMost(3 * parts.Max(part => artifacts.Find(part)?.Length ?? 0));
        try
        {
            var sum = accumulators.Read(parts[0]);
            foreach (var part in parts[1..])
            {
                sum.Merge(accumulators.Read(part));
            }

            var v = alignment is null ? null : accumulators.ReadAlignment(alignment);
            return new ComponentSums(new AccumulatedPairs(sum, v), trajectories.Read(iterations), room);
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    private static IEnumerable<string> PairsOf(IEnumerable<ShardComponent> shards) => shards.Select(s => s.Pairs);

    // Of a level of the component's tree: shards at the bottom, merges above.
    private static IEnumerable<WorkKey> Nodes(WorkKey of, int level, int first, int count) =>
        Enumerable.Range(first, count).Select(index => level == 0
            ? new WorkKey(of.RunId, WorkKind.Shard, Index: index)
            : new WorkKey(of.RunId, WorkKind.Merge, of.Component, level, index));

    private async Task<IReadOnlyList<ShardComponent>> ShardsAsync(
        Dictionary<WorkKey, string> results, WorkKey of, int first, int count, CancellationToken cancellationToken)
    {
        var shards = new List<ShardComponent>(count);
        foreach (var shard in Nodes(of, 0, first, count))
        {
            var result = await ShardResult.LoadAsync(artifacts, results[shard], cancellationToken);
            shards.Add(result.Components[of.Component]);
        }

        return shards;
    }

    private async Task<Dictionary<WorkKey, string>> ResultsAsync(
        IEnumerable<WorkKey> parts, CancellationToken cancellationToken)
    {
        WorkKey[] keys = [.. parts];
        var view = await work.ViewAsync(keys[0].RunId, keys, cancellationToken);
        return view.Items.Where(i => i.State == WorkState.Done).ToDictionary(i => i.Key, i => i.Result);
    }
}
