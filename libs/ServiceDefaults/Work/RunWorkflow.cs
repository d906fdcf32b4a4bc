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
/// same ledger, the same answer, whoever asks and however often. It sees as much of the work as it is shown: what
/// follows from a piece lies around it, and only who reconciles looks at all of it.
/// </summary>
internal static class RunWorkflow
{
    private static readonly string[] _analysis =
        [RunStages.Capture, RunStages.Fit, RunStages.Credit, RunStages.Audit];

    /// <summary>What is next, with at most so many shards of the run ready or under way.</summary>
    internal static WorkflowStep Next(RunRecord run, WorkView work, int shardsInFlight)
    {
        if (work.Items.FirstOrDefault(static i => i.State == WorkState.Parked) is { } parked)
        {
            return new WorkflowStep(run, [], Parked: parked);
        }

        var running = run with { State = RunState.Running };
        var last = run.Spec.Replacement is null ? WorkKind.Score : WorkKind.Replacement;
        if (work.Items.FirstOrDefault(i => i.Key.Kind == last) is { } closing)
        {
            return new WorkflowStep(running, [], closing.State == WorkState.Done ? closing.Result : null);
        }

        return last == WorkKind.Replacement
            ? new WorkflowStep(Staged(running, RunStages.Fit), [new WorkKey(run.RunId, WorkKind.Replacement)])
            : Analysis(running, run.Plan!, new WorkMap(work), shardsInFlight);
    }

    /// <summary>What has to be known to say what follows from a piece of work that is done.</summary>
    internal static IReadOnlyList<WorkKey> Around(RunPlan plan, WorkKey done) =>
        [.. Parents(plan, done).SelectMany(parent => Children(plan, parent).Prepend(parent)).Distinct()];

    private static WorkflowStep Analysis(RunRecord run, RunPlan plan, WorkMap work, int shardsInFlight)
    {
        var fitted = work.Done.Where(static i => i.Key.Kind == WorkKind.Fit)
            .ToDictionary(static i => i.Key.Component, static i => i.Result);
        run = fitted.Count == run.Operators.Count ? run : run with { Operators = run.Operators.SetItems(fitted) };
        if (fitted.Count == plan.Components)
        {
            return new WorkflowStep(Staged(run, RunStages.Credit), [new WorkKey(run.RunId, WorkKind.Score)]);
        }

        var captured = work.ShardsOffered == plan.Shards && work.ShardsUnderWay == 0;
        return new WorkflowStep(
            Staged(run, captured ? RunStages.Fit : RunStages.Capture),
            [.. Shards(run.RunId, plan, work, shardsInFlight), .. Sums(plan, work)]);
    }

    // The lowest shards that nobody has been offered yet.
    private static IEnumerable<WorkKey> Shards(string runId, RunPlan plan, WorkMap work, int shardsInFlight) =>
        Enumerable.Range(work.ShardsOffered, plan.Shards - work.ShardsOffered)
            .Select(shard => new WorkKey(runId, WorkKind.Shard, Index: shard))
            .Where(key => !work.Has(key))
            .Take(Math.Max(0, shardsInFlight - work.ShardsUnderWay));

    // The merges, and at last the fits, whose parts are there.
    private static IEnumerable<WorkKey> Sums(RunPlan plan, WorkMap work) => work.Done
        .SelectMany(done => Parents(plan, done.Key))
        .Distinct()
        .Where(sum => !work.Has(sum) && Children(plan, sum).All(work.IsDone))
        .OrderBy(static sum => (sum.Component, sum.Kind, sum.Level, sum.Index));

    /// <summary>What sums a piece of work with others: a merge, or the fit at the top; of a shard each component's.</summary>
    private static IEnumerable<WorkKey> Parents(RunPlan plan, WorkKey key)
    {
        var top = new MergeTree(plan.Shards).Top;
        return key.Kind switch
        {
            WorkKind.Shard => Enumerable.Range(0, plan.Components).Select(component => Above(component)),
            WorkKind.Merge => [Above(key.Component)],
            _ => [],
        };

        WorkKey Above(int component) => key.Level == top
            ? new WorkKey(key.RunId, WorkKind.Fit, component)
            : new WorkKey(key.RunId, WorkKind.Merge, component, key.Level + 1, key.Index / MergeTree.FanIn);
    }

    /// <summary>What a merge or a fit sums.</summary>
    private static IEnumerable<WorkKey> Children(RunPlan plan, WorkKey sum)
    {
        var tree = new MergeTree(plan.Shards);
        var (level, (first, count)) = sum.Kind == WorkKind.Fit
            ? (tree.Top, (0, tree.Size(tree.Top)))
            : (sum.Level - 1, tree.ChildrenOf(sum.Level, sum.Index));
        return Enumerable.Range(first, count).Select(index => level == 0
            ? new WorkKey(sum.RunId, WorkKind.Shard, Index: index)
            : new WorkKey(sum.RunId, WorkKind.Merge, sum.Component, level, index));
    }

    // Never back: who read the work a moment ago may write last, and the audit is a stage that the score goes on to.
    private static RunRecord Staged(RunRecord run, string stage) =>
        Array.IndexOf(_analysis, run.Stage) >= Array.IndexOf(_analysis, stage) ? run : run with { Stage = stage };

    private sealed class WorkMap(WorkView view)
    {
        private readonly Dictionary<WorkKey, WorkState> _states =
            view.Items.ToDictionary(static i => i.Key, static i => i.State);

        public int ShardsOffered => view.ShardsOffered;

        public int ShardsUnderWay => view.ShardsUnderWay;

        public IEnumerable<WorkItem> Done => view.Items.Where(static i => i.State == WorkState.Done);

        public bool Has(WorkKey key) => _states.ContainsKey(key);

        public bool IsDone(WorkKey key) => _states.GetValueOrDefault(key) == WorkState.Done;
    }
}
