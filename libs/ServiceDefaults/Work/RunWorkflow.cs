using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>What follows from the work of a run that is done.</summary>
/// <param name="Run">The run as it shall be now: state, stage, operators.</param>
/// <param name="Ready">Work that can be done and that the ledger does not have yet.</param>
/// <param name="Result">Digest of the report when all is done; otherwise null.</param>
/// <param name="Parked">Work that was given up: the run can't succeed; otherwise null.</param>
internal sealed record WorkflowStep(
    RunRecord Run, IReadOnlyList<WorkKey> Ready, string? Result = null, WorkItem? Parked = null);

/// <summary>
/// The order of a run's work, in one place: shards → merges in a tree → fits → score; or a replacement alone. Pure: the
/// same ledger, the same answer, whoever asks and however often.
/// </summary>
internal static class RunWorkflow
{
    /// <summary>What is next, with at most so many shards of the run ready or under way.</summary>
    internal static WorkflowStep Next(RunRecord run, IReadOnlyList<WorkItem> items, int shardsInFlight)
    {
        if (items.FirstOrDefault(static i => i.State == WorkState.Parked) is { } parked)
        {
            return new WorkflowStep(run, [], Parked: parked);
        }

        var running = run with { State = RunState.Running };
        var last = run.Spec.Replacement is null ? WorkKind.Score : WorkKind.Replacement;
        if (items.FirstOrDefault(i => i.Key.Kind == last) is { } closing)
        {
            return new WorkflowStep(running, [], closing.State == WorkState.Done ? closing.Result : null);
        }

        return last == WorkKind.Replacement
            ? new WorkflowStep(Staged(running, RunStages.Fit), [new WorkKey(run.RunId, WorkKind.Replacement)])
            : Analysis(running, run.Plan!, new WorkMap(items), shardsInFlight);
    }

    private static WorkflowStep Analysis(RunRecord run, RunPlan plan, WorkMap work, int shardsInFlight)
    {
        var fitted = work.Done(WorkKind.Fit).ToDictionary(static i => i.Key.Component, static i => i.Result);
        run = fitted.Count == run.Operators.Count ? run : run with { Operators = run.Operators.SetItems(fitted) };
        if (fitted.Count == plan.Components)
        {
            return new WorkflowStep(Staged(run, RunStages.Credit), [new WorkKey(run.RunId, WorkKind.Score)]);
        }

        var stage = work.Done(WorkKind.Shard).Count() == plan.Shards ? RunStages.Fit : RunStages.Capture;
        List<WorkKey> ready = [.. Shards(run.RunId, plan, work, shardsInFlight)];
        for (var component = 0; component < plan.Components; component++)
        {
            ready.AddRange(Sums(run.RunId, new MergeTree(plan.Shards), component, work));
        }

        return new WorkflowStep(Staged(run, stage), ready);
    }

    // The lowest shards that nobody has been offered yet.
    private static IEnumerable<WorkKey> Shards(string runId, RunPlan plan, WorkMap work, int shardsInFlight) =>
        Enumerable.Range(0, plan.Shards)
            .Select(shard => new WorkKey(runId, WorkKind.Shard, Index: shard))
            .Where(key => !work.Has(key))
            .Take(Math.Max(0, shardsInFlight - work.UnderWay(WorkKind.Shard)));

    // The merges, and at last the fit, of one component whose parts are there.
    private static IEnumerable<WorkKey> Sums(string runId, MergeTree tree, int component, WorkMap work)
    {
        for (var level = 1; level <= tree.Top; level++)
        {
            for (var index = 0; index < tree.Size(level); index++)
            {
                var key = new WorkKey(runId, WorkKind.Merge, component, level, index);
                var (first, count) = tree.ChildrenOf(level, index);
                if (!work.Has(key) && AllDone(level - 1, first, count))
                {
                    yield return key;
                }
            }
        }

        var fit = new WorkKey(runId, WorkKind.Fit, component);
        if (!work.Has(fit) && AllDone(tree.Top, 0, tree.Size(tree.Top)))
        {
            yield return fit;
        }

        bool AllDone(int level, int first, int count) => Enumerable.Range(first, count).All(
            node => work.IsDone(NodeOf(runId, component, level, node)));
    }

    /// <summary>The work whose result is a node of the tree of merges: a shard at the bottom, a merge above.</summary>
    internal static WorkKey NodeOf(string runId, int component, int level, int index) => level == 0
        ? new WorkKey(runId, WorkKind.Shard, Index: index)
        : new WorkKey(runId, WorkKind.Merge, component, level, index);

    // A stage that has gone on to its audit by itself is not set back.
    private static RunRecord Staged(RunRecord run, string stage) =>
        stage == RunStages.Credit && run.Stage == RunStages.Audit ? run : run with { Stage = stage };

    private sealed class WorkMap(IReadOnlyList<WorkItem> items)
    {
        private readonly Dictionary<WorkKey, WorkState> _states = items.ToDictionary(i => i.Key, i => i.State);

        public bool Has(WorkKey key) => _states.ContainsKey(key);

        public bool IsDone(WorkKey key) => _states.GetValueOrDefault(key) == WorkState.Done;

        public IEnumerable<WorkItem> Done(WorkKind kind) =>
            items.Where(i => i.Key.Kind == kind && i.State == WorkState.Done);

        public int UnderWay(WorkKind kind) =>
            items.Count(i => i.Key.Kind == kind && i.State is WorkState.Ready or WorkState.Leased);
    }
}
