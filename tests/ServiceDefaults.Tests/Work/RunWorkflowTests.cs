using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Work;

public sealed class RunWorkflowTests
{
    private const int InFlight = 8;

    [Fact]
    public void Next_OfANewRun_IsItsFirstShards()
    {
        var step = Next(Analysis(components: 3, shards: 20), []);

        Assert.Equal(Enumerable.Range(0, InFlight), step.Ready.Select(k => k.Index));
        Assert.All(step.Ready, k => Assert.Equal(WorkKind.Shard, k.Kind));
        Assert.Equal((RunState.Running, RunStages.Capture), (step.Run.State, step.Run.Stage));
    }

    [Fact]
    public void Next_WithShardsUnderWay_FillsUpWithTheLowestThatAreLeft()
    {
        WorkItem[] items =
        [
            .. Enumerable.Range(0, 5).Select(i => Item(Shard(i), WorkState.Done)),
            Item(Shard(5), WorkState.Leased), Item(Shard(6), WorkState.Ready), Item(Shard(9), WorkState.Leased),
        ];

        var step = Next(Analysis(components: 1, shards: 20), items, shardsInFlight: 6);

        Assert.Equal([7, 8, 10], step.Ready.Select(k => k.Index));
    }

    [Fact]
    public void Next_AskedAgain_SaysTheSame()
    {
        WorkItem[] items = [.. Enumerable.Range(0, 9).Select(i => Item(Shard(i), WorkState.Done))];
        var run = Analysis(components: 4, shards: 9);

        var (once, twice) = (Next(run, items), Next(run, items));

        Assert.Equal(once.Ready, twice.Ready);
    }

    [Fact]
    public void Next_OnceMergesAreDone_IsTheFitOfThatComponentAlone()
    {
        WorkItem[] items =
        [
            .. Enumerable.Range(0, 9).Select(i => Item(Shard(i), WorkState.Done)),
            Item(new WorkKey("r-1", WorkKind.Merge, 1, 1, 0), WorkState.Done),
            Item(new WorkKey("r-1", WorkKind.Merge, 1, 1, 1), WorkState.Done),
        ];

        var step = Next(Analysis(components: 2, shards: 9), items);

        Assert.Equal(
            [
                new WorkKey("r-1", WorkKind.Merge, 0, 1, 0), new WorkKey("r-1", WorkKind.Merge, 0, 1, 1),
                new WorkKey("r-1", WorkKind.Fit, 1),
            ],
            step.Ready);
        Assert.Equal(RunStages.Fit, step.Run.Stage);
    }

    [Fact]
    public void Next_SeeingWorkAsItWasAMomentAgo_SetsNoStageBack()
    {
        WorkItem[] items = [Item(Shard(0), WorkState.Done), Item(new("r-1", WorkKind.Fit), WorkState.Leased)];
        var run = Analysis(components: 1, shards: 1) with { Stage = RunStages.Credit };

        Assert.Equal(RunStages.Credit, Next(run, items).Run.Stage);
    }

    [Fact]
    public void Next_WithParkedWork_OffersNothing()
    {
        var step = Next(Analysis(components: 2, shards: 9), [Item(Shard(3), WorkState.Parked)]);

        Assert.Equal(Shard(3), step.Parked!.Key);
        Assert.Empty(step.Ready);
    }

    [Fact]
    public void Next_OfAReplacement_IsThatAndThenItsReport()
    {
        var run = Analysis(components: 2, shards: 1);
        run = run with { Spec = new RunSpec { Replacement = new ReplacementOptions() } };
        var only = new WorkKey("r-1", WorkKind.Replacement);

        Assert.Equal([only], Next(run, []).Ready);
        Assert.Equal("report", Next(run, [Item(only, WorkState.Done) with { Result = "report" }]).Result);
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 8, 0)]
    [InlineData(2, 9, 2)]
    [InlineData(3, 70, 9 + 2)]
    [InlineData(2, 600, 75 + 10 + 2)]
    public void ARun_WhoseWorkIsDoneInAnyOrder_DoesEachPieceOnceAndEndsWithItsScore(
        int components, int shards, int mergesOfAComponent)
    {
        var run = Analysis(components, shards);
        var items = new Dictionary<WorkKey, WorkItem>();
        var random = new Random(shards);
        for (var step = Next(run, []); step.Result is null;)
        {
            Assert.All(step.Ready, key => items.Add(key, Item(key, WorkState.Ready)));
            Assert.InRange(Open(items).Count(i => i.Key.Kind == WorkKind.Shard), 0, InFlight);
            Do(items, random);
            step = Next(step.Run, items.Values);
            run = step.Run;
            Assert.True(step.Result is null or "score");
        }

        var counts = items.Keys.CountBy(k => k.Kind).ToDictionary();
        Assert.Equal((shards, components, 1), (
            counts[WorkKind.Shard], counts[WorkKind.Fit], counts[WorkKind.Score]));
        Assert.Equal(components * mergesOfAComponent, counts.GetValueOrDefault(WorkKind.Merge));
        Assert.Equal(Enumerable.Range(0, components), run.Operators.Keys);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 8)]
    [InlineData(2, 9)]
    [InlineData(3, 70)]
    [InlineData(2, 600)]
    public void Next_SeeingWhatLiesAroundThePieceThatIsDone_SaysWhatItWouldSeeingAll(int components, int shards)
    {
        var run = Analysis(components, shards);
        var items = Next(run, []).Ready.ToDictionary(key => key, key => Item(key, WorkState.Ready));
        var random = new Random(shards);
        while (Open(items).Length > 0)
        {
            // Several may be done before the first of them is followed up.
            WorkKey[] done = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Do(items, random)).OfType<WorkKey>()];
            var all = Next(run, items.Values);
            foreach (var key in done)
            {
                var near = RunWorkflow.Next(run, Around(run, key, items), InFlight);
                Assert.Equal(all.Result, near.Result);
                Assert.All(near.Ready.Except(items.Keys), ready => Assert.Contains(ready, all.Ready));
                foreach (var ready in near.Ready)
                {
                    items.TryAdd(ready, Item(ready, WorkState.Ready));
                }

                run = near.Run;
            }

            Assert.All(all.Ready, key => Assert.Contains(key, items));
            Assert.Equal((all.Run.State, all.Run.Stage), (run.State, run.Stage));
            Assert.Equal(all.Run.Operators, run.Operators);
        }

        Assert.Equal(components, run.Operators.Count);
    }

    // The least that a ledger may show.
    private static WorkView Around(RunRecord run, WorkKey key, Dictionary<WorkKey, WorkItem> items)
    {
        var around = RunWorkflow.Around(run.Plan!, key);
        var shards = items.Values.Where(i => i.Key.Kind == WorkKind.Shard).ToArray();
        return new WorkView(
            shards.Length,
            shards.Count(i => i.State == WorkState.Ready),
            [.. Sorted(items.Values).Where(i => i.Key.Kind >= WorkKind.Fit || around.Contains(i.Key))]);
    }

    private static WorkItem[] Open(Dictionary<WorkKey, WorkItem> items) =>
        [.. items.Values.Where(i => i.State == WorkState.Ready)];

    private static WorkKey? Do(Dictionary<WorkKey, WorkItem> items, Random random)
    {
        if (Open(items) is not { Length: > 0 } open)
        {
            return null;
        }

        var done = open[random.Next(open.Length)];
        items[done.Key] = done with { State = WorkState.Done, Result = done.Key.Name };
        return done.Key;
    }

    private static WorkflowStep Next(RunRecord run, IEnumerable<WorkItem> items, int shardsInFlight = InFlight) =>
        RunWorkflow.Next(run, WorkView.OfAll([.. Sorted(items)]), shardsInFlight);

    private static IEnumerable<WorkItem> Sorted(IEnumerable<WorkItem> items) =>
        items.OrderBy(i => (i.Key.Kind, i.Key.Component, i.Key.Level, i.Key.Index));

    private static RunRecord Analysis(int components, int shards) => new()
    {
        RunId = "r-1",
        Spec = new RunSpec(),
        Plan = new RunPlan(components, shards, shards * 100),
    };

    private static WorkKey Shard(int index) => new("r-1", WorkKind.Shard, Index: index);

    private static WorkItem Item(WorkKey key, WorkState state) => new() { Key = key, State = state };
}
