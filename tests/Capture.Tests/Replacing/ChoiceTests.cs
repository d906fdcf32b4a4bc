using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Tests.Replacing;

public sealed class ChoiceTests
{
    private static readonly Networks.Components.ComponentChain _chain = Planted.Chain(4, 4, 4, 4);

    private static readonly Evaluation _original = Planted.Scored(new HybridPlan([]), 0.97, 1000, 500);

    [Fact]
    public void Of_AccuracyBudget_ChoosesTheCheapestWithinIt()
    {
        var choice = Of(
            new Budget { AccuracyLoss = 0.005 }, Point(0, 0.969, 900), Point(1, 0.966, 700), Point(2, 0.9, 300));

        Assert.Equal(1, choice.Chosen);
        Assert.Equal(
            "replace dense_2 by affine: it loses 0.4 % of accuracy (97 % to 96.6 % on the rows choices are made on) at "
            + "70 % of the operations, 20 % of the parameters and 0.80 of the latency",
            choice.Sentence);
    }

    [Fact]
    public void Of_NothingWithinTheBudget_SaysWhatTheBestLoses()
    {
        var choice = Of(new Budget { AccuracyLoss = 0.005 }, Point(1, 0.957, 900), Point(2, 0.9, 300));

        Assert.Equal(-1, choice.Chosen);
        Assert.Equal(
            "replace nothing: no candidate keeps accuracy within 0.5 %; the best, dense_2 by affine, loses 1.3 % of "
            + "accuracy (97 % to 95.7 % on the rows choices are made on) at 90 % of the operations, 20 % of the "
            + "parameters and 0.80 of the latency",
            choice.Sentence);
    }

    [Fact]
    public void Of_WithinTheBudgetButNotCheaper_IsNotChosenUnlessNamed()
    {
        var dear = Point(0, 0.97, 1200);

        var planned = Of(new Budget { AccuracyLoss = 0.005 }, dear);
        var named = Choice.Of([dear], _original, Measure.Accuracy, new Budget { AccuracyLoss = 0.005 }, named: true);

        Assert.Equal(-1, planned.Chosen);
        Assert.Equal(
            "replace nothing: every candidate that keeps accuracy within 0.5 % takes more operations or saves less "
            + "than 1 % of operations and parameters; the best, dense_1 by affine, loses nothing of accuracy (97 % to "
            + "97 % on the rows choices are made on) at 120 % of the operations, 20 % of the parameters and 0.80 of "
            + "the latency",
            planned.Sentence);
        Assert.Equal(0, named.Chosen);
        Assert.Equal(
            "dense_1 by affine takes 1200 operations a row, more than the original's 1000", named.Warning);
    }

    [Theory]
    [InlineData(1000, 500, null, -1)] // As dear as the original.
    [InlineData(991, 496, null, -1)] // Less than 1 % of each.
    [InlineData(990, 500, null, 0)]
    [InlineData(1000, 495, null, 0)]
    [InlineData(1000, 500, 99L, 0)]
    [InlineData(1000, 500, 100L, -1)]
    [InlineData(1001, 100, 10L, -1)] // More operations, whatever else it saves.
    public void Of_SavingLessThanAHundredthOfEveryCost_ReplacesNothing(
        long operations, long parameters, long? unstable, int chosen)
    {
        var original = _original with { UnstableRelus = 100 };
        var point = Point(0, 0.97, operations, parameters: parameters, unstable: unstable);

        var choice = Choice.Of([point], original, Measure.Accuracy, new Budget { AccuracyLoss = 0.005 }, named: false);

        Assert.Equal(chosen, choice.Chosen);
    }

    [Fact]
    public void Of_NamedThatSavesNothing_IsReplacedWithAWarning()
    {
        var original = _original with { UnstableRelus = 100 };
        var point = Point(0, 0.97, 1000, parameters: 500, unstable: 100);

        var choice = Choice.Of([point], original, Measure.Accuracy, new Budget { AccuracyLoss = 0.005 }, named: true);

        Assert.Equal(0, choice.Chosen);
        Assert.Equal(
            "dense_1 by affine saves less than 1 % of operations, parameters and unstable ReLUs", choice.Warning);
    }

    [Fact]
    public void Of_UnstableRelusKnown_SaysTheirShare()
    {
        var original = _original with { UnstableRelus = 120 };

        var choice = Choice.Of(
            [Point(0, 0.97, 900, unstable: 60)], original, Measure.Accuracy, new Budget { AccuracyLoss = 0.005 },
            named: false);

        Assert.EndsWith(
            "at 90 % of the operations, 20 % of the parameters, 50 % of the unstable ReLUs and 0.80 of the latency",
            choice.Sentence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NamedBeyondTheBudget_IsTheBestWithAWarning()
    {
        var choice = Choice.Of(
            [Point(0, 0.9, 500), Point(0, 0.8, 400)], _original, Measure.Agreement, new Budget { AccuracyLoss = 0.01 },
            named: true);

        Assert.Equal(0, choice.Chosen);
        Assert.Equal("no stand-in keeps agreement within 1 %", choice.Warning);
    }

    [Fact]
    public void Of_LatencyBudget_ChoosesTheBestScoreThatIsFastEnough()
    {
        var choice = Of(
            new Budget { LatencyRatio = 0.6 }, Point(0, 0.969, 900, 0.9), Point(1, 0.95, 700, 0.55),
            Point(2, 0.9, 300, 0.2));

        Assert.Equal(1, choice.Chosen);
    }

    [Fact]
    public void Of_BothBudgets_MustHoldBoth()
    {
        var choice = Of(
            new Budget { AccuracyLoss = 0.005, LatencyRatio = 0.5 }, Point(0, 0.969, 900, 0.9),
            Point(1, 0.9, 300, 0.4));

        Assert.Equal(-1, choice.Chosen);
        Assert.StartsWith(
            "replace nothing: no candidate keeps accuracy within 0.5 % and latency within 0.5 of the original's; the "
            + "best, dense_1 by affine,",
            choice.Sentence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_EqualOperations_PrefersFewerParameters()
    {
        var front = new[] { Point(0, 0.969, 700, parameters: 300), Point(1, 0.968, 700, parameters: 200) };

        Assert.Equal(1, Of(new Budget { AccuracyLoss = 0.005 }, front).Chosen);
    }

    private static Choice Of(Budget budget, params FrontPoint[] front) =>
        Choice.Of(front, _original, Measure.Accuracy, budget, named: false);

    private static FrontPoint Point(
        int component, double score, long operations, double ratio = 0.8, long parameters = 100,
        long? unstable = null) => new(
        Planted.Scored(
            HybridPlan.Of(Planted.Offer(Planted.Region(_chain, component, component), "affine", 0.5)), score,
            operations, parameters) with
        { UnstableRelus = unstable },
        ratio);
}
