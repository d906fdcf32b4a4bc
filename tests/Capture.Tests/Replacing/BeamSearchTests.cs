using KoopmanMesh.Capture.Replacing.Planning;

namespace KoopmanMesh.Capture.Tests.Replacing;

/// <summary>A made-up network whose losses add up, so that every score is known beforehand.</summary>
public sealed class BeamSearchTests
{
    private const double OriginalScore = 0.97;

    private readonly List<string> _asked = [];
    private readonly Dictionary<string, double> _losses = new(StringComparer.Ordinal);

    [Fact]
    public async Task Run_PlantedOptimum_FindsTheCombinationOfTheTwoHarmlessParts()
    {
        var chain = Planted.Chain(4, 4, 4, 4, 4, 4);
        var offers = chain.Components.SelectMany(component =>
        {
            var region = new Region([component]);
            return (StandInOffer[])
            [
                Planted.Offer(region, "affine", 0.5, 0.2), Planted.Offer(region, "constant", 0.9, 1),
            ];
        }).ToList();
        Loss("dense_1=affine", 0.2);
        Loss("dense_2=affine", 0.001);
        Loss("dense_3=affine", 0.3);
        Loss("dense_4=affine", 0.002);
        Loss("dense_5=affine", 0.4);

        var all = await SearchAsync(offers, [], 100);

        // The constants lose 0.5 each, so the cheapest with a loss below 0.5 % is the pair of harmless parts.
        var best = all.Where(e => OriginalScore - e.Score <= 0.005).MinBy(e => e.Operations)!;
        Assert.Equal("dense_2=affine;dense_4=affine", best.Plan.Id);
        Assert.Equal(all.Count, all.Select(e => e.Plan.Id).Distinct().Count());
    }

    [Fact]
    public async Task Run_SmallBudget_EvaluatesNoMoreAndThePlainBaselinesFirst()
    {
        var chain = Planted.Chain(4, 4, 4, 4);
        var regions = RegionFinder.All(chain, 2, []);
        var offers = regions.SelectMany(region => (StandInOffer[])
        [
            Planted.Offer(region, "relu:64", 0.1, 0.01), Planted.Offer(region, "affine", 0.5, 0.5),
        ]).ToList();

        var all = await SearchAsync(offers, [], 8);

        Assert.Equal(8, all.Count);
        Assert.Equal(8, _asked.Count);
        Assert.All(all.Take(regions.Count), e => Assert.Equal(Roles.Affine, e.Plan.Role));
    }

    [Fact]
    public async Task Run_RegionsThatOverlap_AreNeverCombined()
    {
        var chain = Planted.Chain(4, 4, 4, 4, 4);
        var offers = RegionFinder.All(chain, 3, []).Select(region => Planted.Offer(region, "affine", 0.5)).ToList();

        var all = await SearchAsync(offers, [], 400);

        Assert.Contains(all, e => e.Plan.Offers.Length > 1);
        Assert.All(all, e => Assert.All(
            e.Plan.Offers.Zip(e.Plan.Offers.Skip(1)),
            pair => Assert.True(pair.First.Region.Last < pair.Second.Region.First)));
    }

    [Fact]
    public async Task Run_NamedRegions_ReplacesThemAllTogether()
    {
        var chain = Planted.Chain(4, 4, 4, 4, 4);
        Region[] named = [Planted.Region(chain, 0, 0), Planted.Region(chain, 2, 3)];
        var offers = named.SelectMany(region => (StandInOffer[])
        [
            Planted.Offer(region, "affine", 0.5), Planted.Offer(region, "relu:64", -1, 0.01),
        ]).ToList();

        var all = await SearchAsync(offers, named, 100);

        var complete = all.Where(e => e.Plan.Offers.Length == 2).Select(e => e.Plan.Id).ToList();
        Assert.Contains("dense_1=affine;dense_3..dense_4=affine", complete);
        Assert.All(complete, id => Assert.Contains("dense_3..dense_4", id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Twice_AsksTheSameInTheSameOrder()
    {
        var chain = Planted.Chain(4, 4, 4, 4, 4, 4);
        var offers = RegionFinder.All(chain, 4, []).SelectMany(region => (StandInOffer[])
        [
            Planted.Offer(region, "affine", 0.5), Planted.Offer(region, "affine", 0.7, 0.3, 2),
            Planted.Offer(region, "skip", 0.6, 1.2),
        ]).ToList();

        await SearchAsync(offers, [], 60);
        string[] first = [.. _asked];
        _asked.Clear();
        offers.Reverse();
        await SearchAsync(offers, [], 60);

        Assert.Equal(first.Order(StringComparer.Ordinal), _asked.Order(StringComparer.Ordinal));
    }

    private void Loss(string id, double loss) => _losses[id] = loss;

    private Task<IReadOnlyList<Evaluation>> SearchAsync(
        IReadOnlyList<StandInOffer> offers, IReadOnlyList<Region> named, int evaluations)
    {
        const long operations = 1000;
        var space = new SearchSpace(offers, named, operations, OriginalScore, evaluations);
        return new BeamSearch(space, plans =>
        {
            _asked.AddRange(plans.Select(plan => plan.Id));
            return Task.FromResult<IReadOnlyList<Evaluation>>(
                [.. plans.Select(plan => Planted.Scored(plan, Score(plan), operations - plan.Saved))]);
        }).RunAsync();
    }

    private double Score(HybridPlan plan) => OriginalScore - plan.Offers.Sum(
        offer => _losses.GetValueOrDefault(offer.Id, offer.Role == Roles.Constant ? 0.5 : 0.01));
}
