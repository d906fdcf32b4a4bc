using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Tests.Replacing;

public sealed class ParetoFrontTests
{
    [Fact]
    public void Of_PlantedPoints_KeepsThoseThatNothingDominates()
    {
        (double, double)[] points = [(1, 9), (2, 5), (3, 6), (4, 2), (5, 2), (9, 1)];

        var front = ParetoFront.Of(points, point => [point.Item1, point.Item2]);

        Assert.Equal([(1, 9), (2, 5), (4, 2), (9, 1)], front);
    }

    [Fact]
    public void Of_Equals_KeepsTheFirst()
    {
        (string, double)[] points = [("a", 1), ("b", 1)];

        Assert.Equal([("a", 1)], ParetoFront.Of(points, point => [point.Item2]));
    }

    [Fact]
    public void Of_RandomPoints_IsWhatTheDefinitionSays()
    {
        var random = new Random(3);
        var points = Enumerable.Range(0, 200)
            .Select(_ => new[] { random.Next(20), random.Next(20), (double)random.Next(20) }).ToArray();

        var front = ParetoFront.Of(points, point => point);

        Assert.All(points.Except(front), beaten => Assert.Contains(front, f =>
            Enumerable.Range(0, 3).All(k => f[k] <= beaten[k])));
        Assert.All(front, kept => Assert.DoesNotContain(points, p =>
            Enumerable.Range(0, 3).All(k => p[k] <= kept[k]) && Enumerable.Range(0, 3).Any(k => p[k] < kept[k])));
    }

    [Fact]
    public void InLayers_PlantedPoints_GivesEachFrontInTurn()
    {
        (double, double)[] points = [(3, 3), (1, 2), (2, 1), (2, 2)];

        Assert.Equal(
            [(1, 2), (2, 1), (2, 2), (3, 3)], ParetoFront.InLayers(points, point => [point.Item1, point.Item2]));
    }

    [Fact]
    public void Of_Evaluations_LeavesOutWhatTheOriginalDoesBetter()
    {
        var chain = Planted.Chain(4, 4, 4);
        var region = Planted.Region(chain, 0, 0);
        var good = Planted.Scored(HybridPlan.Of(Planted.Offer(region, "affine", 0.5)), 0.9, 150);
        var dear = Planted.Scored(HybridPlan.Of(Planted.Offer(region, "relu:64", -1)), 0.95, 300);
        var original = Planted.Scored(new HybridPlan([]), 0.97, 200);

        Assert.Equal([good], Fronts.Of([dear, good], original));
        Assert.Equal([dear, good], Fronts.Of([dear, good], null));
    }

    [Fact]
    public void Exports_MoreThanAskedFor_AreTheCheapestWithinTheBudgetAndTheBestScores()
    {
        var chain = Planted.Chain(4, 4);
        var front = Enumerable.Range(0, 10).Select(i => Planted.Scored(
            HybridPlan.Of(Planted.Offer(Planted.Region(chain, 0, 0), $"relu:{i + 1}", 0.1)), 0.97 - (0.01 * i),
            1000 - (100 * i))).ToList();
        var original = Planted.Scored(new HybridPlan([]), 0.97, 1100);

        // Within 5 %: the first six, of which the last two are the cheapest.
        Assert.Equal([0, 1, 4, 5], Chosen(new Budget { AccuracyLoss = 0.055 }));

        // At most half the operations: the last five.
        Assert.Equal([0, 1, 5, 6], Chosen(new Budget { LatencyRatio = 0.5 }));

        IEnumerable<int> Chosen(Budget budget) => Exports.Of(
            front, original, new ReplacementOptions { Budget = budget, Exports = 4 }).Select(e => front.IndexOf(e));
    }
}
