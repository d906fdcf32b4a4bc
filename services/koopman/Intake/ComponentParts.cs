using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>
/// What the shards of a run left of one component, found through the ledger: only what the attempt that won left
/// counts, however often a shard was tried.
/// </summary>
internal sealed class ComponentParts(
    IWorkLedger work, IArtifactStore artifacts, AccumulatorStore accumulators, TrajectoryStore trajectories)
{
    /// <summary>The sum of one node of the tree of merges, its parts added in their order.</summary>
    public async Task<BlockedAccumulator> MergeAsync(
        MergeTree tree, WorkKey node, CancellationToken cancellationToken)
    {
        var results = await ResultsAsync(node.RunId, cancellationToken);
        var (first, count) = tree.ChildrenOf(node.Level, node.Index);
        return await SumAsync(results, node with { Level = node.Level - 1 }, first, count, cancellationToken);
    }

    /// <summary>All of a component: the sums of the top of the tree, added, and every shard's trajectories.</summary>
    public async Task<(AccumulatedPairs Pairs, SelfIterations? Trajectories)> LoadAsync(
        MergeTree tree, WorkKey fit, CancellationToken cancellationToken)
    {
        var results = await ResultsAsync(fit.RunId, cancellationToken);
        var sums = await SumAsync(results, fit with { Level = tree.Top }, 0, tree.Size(tree.Top), cancellationToken);
        var shards = new List<ShardComponent>();
        for (var shard = 0; shard < tree.Shards; shard++)
        {
            shards.Add(await ShardAsync(results, fit.RunId, shard, fit.Component, cancellationToken));
        }

        var pairs = new AccumulatedPairs(
            sums, shards[0].Alignment is { } digest ? accumulators.ReadAlignment(digest) : null);
        return (pairs, trajectories.Read(shards.Select(s => s.Trajectories).OfType<string>()));
    }

    private async Task<BlockedAccumulator> SumAsync(
        Dictionary<WorkKey, string> results, WorkKey at, int first, int count, CancellationToken cancellationToken)
    {
        BlockedAccumulator? sum = null;
        for (var index = first; index < first + count; index++)
        {
            var part = accumulators.Read(at.Level == 0
                ? (await ShardAsync(results, at.RunId, index, at.Component, cancellationToken)).Pairs
                : results[new WorkKey(at.RunId, WorkKind.Merge, at.Component, at.Level, index)]);
            if (sum is null)
            {
                sum = part;
            }
            else
            {
                sum.Merge(part);
            }
        }

        return sum!;
    }

    private async Task<ShardComponent> ShardAsync(
        Dictionary<WorkKey, string> results, string runId, int shard, int component,
        CancellationToken cancellationToken)
    {
        var digest = results[new WorkKey(runId, WorkKind.Shard, Index: shard)];
        return (await ShardResult.LoadAsync(artifacts, digest, cancellationToken)).Components[component];
    }

    private async Task<Dictionary<WorkKey, string>> ResultsAsync(string runId, CancellationToken cancellationToken)
    {
        var items = await work.ListAsync(runId, cancellationToken);
        return items.Where(i => i.State == WorkState.Done).ToDictionary(i => i.Key, i => i.Result);
    }
}
