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
            + "70 % of the operations and 0.80 of the latency",
            choice.Sentence);
    }

    [Fact]
    public void Of_NothingWithinTheBudget_SaysWhatTheBestLoses()
    {
        var choice = Of(new Budget { AccuracyLoss = 0.005 }, Point(1, 0.957, 900), Point(2, 0.9, 300));

        Assert.Equal(-1, choice.Chosen);
        Assert.Equal(
            "replace nothing: no candidate keeps accuracy within 0.5 % at fewer operations; the best, dense_2 by "
            + "affine, loses 1.3 % of accuracy (97 % to 95.7 % on the rows choices are made on) at 90 % of the operations and "
            + "0.80 of the latency",
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
            "replace nothing: dense_1 by affine takes 1200 operations a row, not fewer than the original's 1000",
            planned.Sentence);
        Assert.Equal(0, named.Chosen);
        Assert.Equal(
            "dense_1 by affine takes 1200 operations a row, not fewer than the original's 1000", named.Warning);
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
            "replace nothing: no candidate keeps accuracy within 0.5 % and latency within 0.5 of the original's at "
            + "fewer operations; the best, dense_1 by affine,",
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
        int component, double score, long operations, double ratio = 0.8, long parameters = 100) => new(
        Planted.Scored(
            HybridPlan.Of(Planted.Offer(Planted.Region(_chain, component, component), "affine", 0.5)), score,
            operations, parameters),
        ratio);
}
