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
        var parts = node.Level == 1
            ? PairsOf(await ShardsAsync(results, node, first, count, cancellationToken))
            : Merged(results, node, node.Level - 1, first, count);
        return Sum(parts);
    }

    /// <summary>All of a component: the sums of the top of the tree, added, and every shard's trajectories.</summary>
    public async Task<(AccumulatedPairs Pairs, SelfIterations? Trajectories)> LoadAsync(
        MergeTree tree, WorkKey fit, CancellationToken cancellationToken)
    {
        var results = await ResultsAsync(fit.RunId, cancellationToken);
        var shards = await ShardsAsync(results, fit, 0, tree.Shards, cancellationToken);
        var sum = Sum(tree.Top == 0 ? PairsOf(shards) : Merged(results, fit, tree.Top, 0, tree.Size(tree.Top)));
        var alignment = shards[0].Alignment is { } digest ? accumulators.ReadAlignment(digest) : null;
        return (
            new AccumulatedPairs(sum, alignment),
            trajectories.Read(shards.Select(s => s.Trajectories).OfType<string>()));
    }

    private BlockedAccumulator Sum(IEnumerable<string> digests)
    {
        BlockedAccumulator? sum = null;
        foreach (var digest in digests)
        {
            var part = accumulators.Read(digest);
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

    private static IEnumerable<string> PairsOf(IEnumerable<ShardComponent> shards) => shards.Select(s => s.Pairs);

    private static IEnumerable<string> Merged(
        Dictionary<WorkKey, string> results, WorkKey of, int level, int first, int count) =>
        Enumerable.Range(first, count).Select(
            index => results[new WorkKey(of.RunId, WorkKind.Merge, of.Component, level, index)]);

    private async Task<IReadOnlyList<ShardComponent>> ShardsAsync(
        Dictionary<WorkKey, string> results, WorkKey of, int first, int count, CancellationToken cancellationToken)
    {
        var shards = new List<ShardComponent>(count);
        for (var shard = first; shard < first + count; shard++)
        {
            var digest = results[new WorkKey(of.RunId, WorkKind.Shard, Index: shard)];
            shards.Add((await ShardResult.LoadAsync(artifacts, digest, cancellationToken)).Components[of.Component]);
        }

        return shards;
    }

    private async Task<Dictionary<WorkKey, string>> ResultsAsync(string runId, CancellationToken cancellationToken)
    {
        var items = await work.ListAsync(runId, cancellationToken);
        return items.Where(i => i.State == WorkState.Done).ToDictionary(i => i.Key, i => i.Result);
    }
}
