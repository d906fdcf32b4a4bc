using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Catalogue;

/// <summary>What every method that regresses pairs takes.</summary>
internal static class PairOptions
{
    public const int MostDelays = 1024;
    public const string RankSummary = "Directions of the observables to keep";
    public const string DelaysSummary = "States in one delay vector, newest first";

    private const int MostBootstraps = 10_000;

    public static IReadOnlyList<EstimatorOption> All { get; } =
    [
        EstimatorOption.Rank<PairEstimator>(
            "rank", RankSummary, e => e.RankRule, (e, v) => e with { RankRule = v }),
        EstimatorOption.Integer<PairEstimator>(
            "delays", (1, MostDelays), DelaysSummary, e => e.Delays,
            (e, v) => e with { Delays = v }),
        EstimatorOption.Of<PairEstimator>(
            "dictionary", "dictionary", "Observables", e => e.Observables.ToString(),
            (e, v) => e with { Observables = ObservablesSpec.Parse(v) }),
        EstimatorOption.Number<PairEstimator>(
            "hold-out", "Fraction of the pairs, in [0, 1), that tests a fit of the others", e => e.HoldOut,
            (e, v) => e with { HoldOut = v }),
        EstimatorOption.Boolean<PairEstimator>(
            "column-scaling", "Scale every pair by 1 / ||observables||", e => e.ColumnScaling,
            (e, v) => e with { ColumnScaling = v }),
        EstimatorOption.Integer<PairEstimator>(
            "bootstraps", (0, MostBootstraps), "Refits of resampled blocks for intervals of eigenvalues, 0 for none",
            e => e.Bootstraps, (e, v) => e with { Bootstraps = v }),
        EstimatorOption.Integer<PairEstimator>(
            "seed", (int.MinValue, int.MaxValue), "Seeds every random draw", e => e.BootstrapSeed,
            (e, v) => e with { BootstrapSeed = v }),
    ];

    /// <summary>The same for a method that draws numbers itself: one seed is enough.</summary>
    public static IEnumerable<EstimatorOption> Seeded<T>(Func<T, int> read, Func<T, int, T> write)
        where T : PairEstimator => All.Select(option => option.Name != "seed" ? option : EstimatorOption.Integer<T>(
        "seed", (int.MinValue, int.MaxValue), "Seeds every random draw", read,
        (e, v) => write(e with { BootstrapSeed = v }, v)));
}
