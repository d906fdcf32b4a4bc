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
        var step = RunWorkflow.Next(Analysis(components: 3, shards: 20), [], InFlight);

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

        var step = RunWorkflow.Next(Analysis(components: 1, shards: 20), items, shardsInFlight: 6);

        Assert.Equal([7, 8, 10], step.Ready.Select(k => k.Index));
    }

    [Fact]
    public void Next_AskedAgain_SaysTheSame()
    {
        WorkItem[] items = [.. Enumerable.Range(0, 9).Select(i => Item(Shard(i), WorkState.Done))];
        var run = Analysis(components: 4, shards: 9);

        var (once, twice) = (RunWorkflow.Next(run, items, InFlight), RunWorkflow.Next(run, items, InFlight));

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

        var step = RunWorkflow.Next(Analysis(components: 2, shards: 9), items, InFlight);

        Assert.Equal(
            [
                new WorkKey("r-1", WorkKind.Merge, 0, 1, 0), new WorkKey("r-1", WorkKind.Merge, 0, 1, 1),
                new WorkKey("r-1", WorkKind.Fit, 1),
            ],
            step.Ready);
        Assert.Equal(RunStages.Fit, step.Run.Stage);
    }

    [Fact]
    public void Next_WithParkedWork_OffersNothing()
    {
        var step = RunWorkflow.Next(
            Analysis(components: 2, shards: 9), [Item(Shard(3), WorkState.Parked)], InFlight);

        Assert.Equal(Shard(3), step.Parked!.Key);
        Assert.Empty(step.Ready);
    }

    [Fact]
    public void Next_OfAReplacement_IsThatAndThenItsReport()
    {
        var run = Analysis(components: 2, shards: 1);
        run = run with { Spec = new RunSpec { Replacement = new ReplacementOptions() } };
        var only = new WorkKey("r-1", WorkKind.Replacement);

        Assert.Equal([only], RunWorkflow.Next(run, [], InFlight).Ready);
        Assert.Equal(
            "report", RunWorkflow.Next(run, [Item(only, WorkState.Done) with { Result = "report" }], InFlight).Result);
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
        for (var step = RunWorkflow.Next(run, [], InFlight); step.Result is null;)
        {
            Assert.All(step.Ready, key => items.Add(key, Item(key, WorkState.Ready)));
            var open = items.Values.Where(i => i.State == WorkState.Ready).ToArray();
            Assert.InRange(open.Count(i => i.Key.Kind == WorkKind.Shard), 0, InFlight);
            var done = open[random.Next(open.Length)];
            items[done.Key] = done with { State = WorkState.Done, Result = done.Key.Name };
            step = RunWorkflow.Next(step.Run, [.. items.Values], InFlight);
            run = step.Run;
            Assert.True(step.Result is null or "score");
        }

        var counts = items.Keys.CountBy(k => k.Kind).ToDictionary();
        Assert.Equal((shards, components, 1), (
            counts[WorkKind.Shard], counts[WorkKind.Fit], counts[WorkKind.Score]));
        Assert.Equal(components * mergesOfAComponent, counts.GetValueOrDefault(WorkKind.Merge));
        Assert.Equal(Enumerable.Range(0, components), run.Operators.Keys);
    }

    private static RunRecord Analysis(int components, int shards) => new()
    {
        RunId = "r-1",
        Spec = new RunSpec(),
        Plan = new RunPlan(components, shards, shards * 100),
    };

    private static WorkKey Shard(int index) => new("r-1", WorkKind.Shard, Index: index);

    private static WorkItem Item(WorkKey key, WorkState state) => new() { Key = key, State = state };
}
