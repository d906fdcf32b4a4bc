using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Catalogue;

/// <summary>What every method that regresses pairs takes.</summary>
internal static class PairOptions
{
    private const int MostDelays = 1024;

    public static IReadOnlyList<EstimatorOption> All { get; } =
    [
        EstimatorOption.Rank<PairEstimator>(
            "rank", "Directions of the observables to keep", e => e.RankRule, (e, v) => e with { RankRule = v }),
        EstimatorOption.Integer<PairEstimator>(
            "delays", (1, MostDelays), "States in one delay vector, newest first", e => e.Delays,
            (e, v) => e with { Delays = v }),
        EstimatorOption.Of<PairEstimator>(
            "dictionary", "dictionary", "Observables", e => TextOf(e.Observables),
            (e, v) => e with { Observables = Parse(v) }),
        EstimatorOption.Number<PairEstimator>(
            "hold-out", "Fraction of the pairs, in [0, 1), that tests a fit of the others", e => e.HoldOut,
            (e, v) => e with { HoldOut = v }),
        EstimatorOption.Boolean<PairEstimator>(
            "column-scaling", "Scale every pair by 1 / ||observables||", e => e.ColumnScaling,
            (e, v) => e with { ColumnScaling = v }),
    ];

    private static string TextOf(ObservablesSpec spec) => spec == ObservablesSpec.Affine ? "affine" : "identity";

    private static ObservablesSpec Parse(string text) => text switch
    {
        "identity" => ObservablesSpec.Identity,
        "affine" => ObservablesSpec.Affine,
        _ => throw new FormatException($"got \"{text}\", expected identity or affine"),
    };
}
