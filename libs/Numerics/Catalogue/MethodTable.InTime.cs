using KoopmanMesh.Numerics.Estimators;

namespace KoopmanMesh.Numerics.Catalogue;

internal static partial class MethodTable
{
    // Of the method that finds the modes, what a sparse choice among them takes. Not a field: those of one file of a
    // partial class may be set after those of another have been read.
    private static string[] OfModes => ["rank", "delays", "dictionary", "hold-out", "column-scaling"];

    private static IEnumerable<EstimatorMethod> InTime() =>
    [
        new(new OptimizedEstimator(), "optimized", "optimized-dmd")
        {
            Summary = "Optimized DMD: exponentials fitted to all snapshots at once, on uneven times too.",
            Source = "Askham and Kutz 2018, SIAM J. Appl. Dyn. Syst. 17",
            NeedsTrajectories = true,
            TakesTimes = true,
            Options = OptimizedOptions(),
        },
        new(new BaggedEstimator(), "bagged", "bop-dmd")
        {
            Summary = "Optimized DMD of many subsets of the snapshots: a steadier operator, with intervals.",
            Source = "Sashidhar and Kutz 2022, Phil. Trans. R. Soc. A 380",
            NeedsTrajectories = true,
            TakesTimes = true,
            Options = BaggedOptions(),
        },
        new(new HavokEstimator(), "havok")
        {
            Summary = "Linear dynamics of delay coordinates, driven by the last of them: for chaotic measurements.",
            Source = "Brunton et al. 2017, Nat. Commun. 8:19",
            NeedsTrajectories = true,
            Options = HavokOptions(),
        },
        new(new SparseEstimator(), "sparse", "sparse-dmd")
        {
            Summary = "Exact DMD reduced to the few modes that a trajectory is made of.",
            Source = "Jovanović, Schmid and Nichols 2014, Phys. Fluids 26",
            NeedsTrajectories = true,
            Options = SparseOptions(),
        },
    ];

    private static IReadOnlyList<EstimatorOption> OptimizedOptions() =>
    [
        EstimatorOption.Rank<OptimizedEstimator>(
            "rank", "How many exponents", e => e.RankRule, (e, v) => e with { RankRule = v }),
        EstimatorOption.Integer<OptimizedEstimator>(
            "delays", (1, PairOptions.MostDelays), PairOptions.DelaysSummary, e => e.Delays,
            (e, v) => e with { Delays = v }),
        EstimatorOption.Choice<OptimizedEstimator, ExponentConstraint>(
            "constraint", "Where exponents may lie", e => e.Constraint, (e, v) => e with { Constraint = v }),
        EstimatorOption.Boolean<OptimizedEstimator>(
            "project", "Fit the projection on the leading directions rather than all of the data", e => e.Project,
            (e, v) => e with { Project = v }),
        EstimatorOption.Integer<OptimizedEstimator>(
            "max-iterations", (0, 100_000), "Most steps; 0 keeps the exponents of DMD", e => e.MaxIterations,
            (e, v) => e with { MaxIterations = v }),
        EstimatorOption.Number<OptimizedEstimator>(
            "tolerance", "Stop when a step lowers the error by less than this fraction, in [0, 1)", e => e.Tolerance,
            (e, v) => e with { Tolerance = v }),
    ];

    private static IReadOnlyList<EstimatorOption> BaggedOptions() =>
    [
        .. OptimizedOptions().Select(option => option.Within<BaggedEstimator, OptimizedEstimator>(
            e => e.Optimized, (e, v) => e with { Optimized = v })),
        EstimatorOption.Integer<BaggedEstimator>(
            "bags", (2, 10_000), "Subsets that are fitted", e => e.Bags, (e, v) => e with { Bags = v }),
        EstimatorOption.Number<BaggedEstimator>(
            "fraction", "Part of the snapshots in each bag, in (0, 1)", e => e.Fraction,
            (e, v) => e with { Fraction = v }),
        EstimatorOption.Boolean<BaggedEstimator>(
            "rescale", "Report the spread of the estimate rather than that of the bags", e => e.Rescale,
            (e, v) => e with { Rescale = v }),
        EstimatorOption.Integer<BaggedEstimator>(
            "seed", (int.MinValue, int.MaxValue), "Seeds the subsets", e => e.Seed, (e, v) => e with { Seed = v }),
    ];

    private static IReadOnlyList<EstimatorOption> HavokOptions() =>
    [
        EstimatorOption.Rank<HavokEstimator>(
            "rank", "Delay coordinates, the forcing included", e => e.RankRule, (e, v) => e with { RankRule = v }),
        EstimatorOption.Integer<HavokEstimator>(
            "delays", (1, PairOptions.MostDelays), PairOptions.DelaysSummary, e => e.Delays,
            (e, v) => e with { Delays = v }),
        EstimatorOption.Number<HavokEstimator>(
            "forcing-tolerance", "Unexplained part of its derivative that makes the last one a forcing, in [0, 1]",
            e => e.ForcingTolerance, (e, v) => e with { ForcingTolerance = v }),
        EstimatorOption.Number<HavokEstimator>(
            "active-quantile", "The forcing is active where its square is above this quantile, in (0, 1)",
            e => e.ActiveQuantile, (e, v) => e with { ActiveQuantile = v }),
    ];

    private static IReadOnlyList<EstimatorOption> SparseOptions() =>
    [
        .. PairOptions.All.Where(option => OfModes.Contains(option.Name)).Select(
            option => option.Within<SparseEstimator, PairEstimator>(
                e => (PairEstimator)e.Modes, (e, v) => e with { Modes = v })),
        EstimatorOption.Number<SparseEstimator>(
            "price", "Of a mode, as a fraction in [0, 1] of the price at which none is left", e => e.Price,
            (e, v) => e with { Price = v }),
        EstimatorOption.OptionalInteger<SparseEstimator>(
            "most-modes", (1, MostDirections), "At most so many, in place of a price; empty for the price",
            e => e.MostModes, (e, v) => e with { MostModes = v }),
    ];
}
