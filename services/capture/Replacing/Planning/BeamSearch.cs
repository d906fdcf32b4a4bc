namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>
/// Searches over combinations of stand-ins: every stand-in by itself first, then, level by level, the best few
/// combinations with one more region replaced. What is evaluated next is what is predicted to lie on the front of
/// score against work: a single one's score from the error of its fit, a combination's from what its parts lose by
/// themselves. Deterministic; ties go to the smaller id.
/// </summary>
/// <param name="space">What may be combined.</param>
/// <param name="evaluate">Scores plans, in their order.</param>
internal sealed class BeamSearch(
    SearchSpace space, Func<IReadOnlyList<HybridPlan>, Task<IReadOnlyList<Evaluation>>> evaluate)
{
    /// <summary>Combinations kept of a level.</summary>
    private const int Beam = 8;

    /// <summary>Stand-ins of one region that combinations are made of.</summary>
    private const int OffersOfARegion = 4;

    /// <summary>Combinations evaluated of a level, at most.</summary>
    private const int LevelLimit = 64;

    private readonly List<Evaluation> _all = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Everything that was evaluated, in order.</summary>
    public async Task<IReadOnlyList<Evaluation>> RunAsync()
    {
        var regions = space.Offers.Select(offer => offer.Region).Distinct().ToList();
        var combines = space.Named.Count > 0
            ? space.Named.Count > 1
            : regions.Any(a => regions.Any(b => !a.Overlaps(b)));

        // A quarter is left for combinations, where there are any.
        var forSingles = combines ? Math.Max(1, space.Evaluations * 3 / 4) : space.Evaluations;
        var singles = await EvaluateAsync(Singles(), forSingles);
        var best = regions.ToDictionary(
            region => region, region => BestOffers(singles.Where(e => e.Plan.Offers[0].Region == region)));
        var level = singles;
        for (var depth = 1; level.Count > 0 && _all.Count < space.Evaluations; depth++)
        {
            var beam = InOrder(level.Where(e => MayGrow(e, depth))).Take(Beam);
            var limit = Math.Min(LevelLimit, space.Evaluations - _all.Count);
            level = await EvaluateAsync(Grow([.. beam], best, depth), limit);
        }

        return _all;
    }

    /// <summary>Plain baselines of every region first: nothing is told without them.</summary>
    private List<HybridPlan> Singles()
    {
        var plans = space.Offers.Select(HybridPlan.Of).ToList();
        return
        [
            .. plans.Where(plan => plan.Role == Roles.Affine),
            .. Promising(
                plans.Where(plan => plan.Role != Roles.Affine),
                plan => 1 - Math.Min(1, plan.Offers[0].HeldOutError)),
        ];
    }

    private bool MayGrow(Evaluation evaluation, int depth) => space.Named.Count > 0
        ? evaluation.Plan.Offers.Length == depth && evaluation.Plan.Offers[^1].Region == space.Named[depth - 1]
        : evaluation.Plan.Saved > 0;

    private List<HybridPlan> Grow(
        List<Evaluation> beam, Dictionary<Region, List<Evaluation>> best, int depth)
    {
        var (predicted, plans) = (new Dictionary<string, double>(StringComparer.Ordinal), new List<HybridPlan>());
        IEnumerable<Region> regions = space.Named.Count == 0 ? best.Keys : space.Named.Skip(depth).Take(1);
        foreach (var (parent, offer) in beam.SelectMany(_ => regions.SelectMany(r => best[r]), (p, o) => (p, o)))
        {
            if (!parent.Plan.Overlaps(offer.Plan.Offers[0].Region))
            {
                var plan = parent.Plan.With(offer.Plan.Offers[0]);
                if (predicted.TryAdd(plan.Id, parent.Score - (space.Score - offer.Score)))
                {
                    plans.Add(plan);
                }
            }
        }

        return [.. Promising(plans, plan => predicted[plan.Id])];
    }

    /// <summary>The stand-ins of a region that combinations are made of.</summary>
    private List<Evaluation> BestOffers(IEnumerable<Evaluation> evaluations) =>
    [
        .. InOrder(evaluations.Where(e => space.Named.Count > 0 || e.Plan.Saved > 0)).Take(OffersOfARegion),
    ];

    private async Task<IReadOnlyList<Evaluation>> EvaluateAsync(List<HybridPlan> plans, int most)
    {
        var fresh = plans.Where(plan => !_seen.Contains(plan.Id)).Take(most).ToList();
        if (fresh.Count == 0)
        {
            return [];
        }

        var evaluations = await evaluate(fresh);
        _seen.UnionWith(fresh.Select(plan => plan.Id));
        _all.AddRange(evaluations);
        return evaluations;
    }

    private static IEnumerable<Evaluation> InOrder(IEnumerable<Evaluation> evaluations) => ParetoFront.InLayers(
        [
            .. evaluations.OrderByDescending(e => e.Score).ThenBy(e => e.Operations)
                .ThenBy(e => e.Plan.Id, StringComparer.Ordinal),
        ],
        e => [-e.Score, e.Operations]);

    private static IEnumerable<HybridPlan> Promising(
        IEnumerable<HybridPlan> plans, Func<HybridPlan, double> predictedScore) => ParetoFront.InLayers(
        [
            .. plans.OrderByDescending(predictedScore).ThenByDescending(plan => plan.Saved)
                .ThenBy(plan => plan.Id, StringComparer.Ordinal),
        ],
        plan => [-predictedScore(plan), -plan.Saved]);
}
