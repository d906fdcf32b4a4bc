using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Catalogue;

internal static partial class MethodTable
{
    private static IEnumerable<EstimatorMethod> Learners() =>
    [
        new(new OnlineEstimator(), "online", "online-dmd")
        {
            Summary = "DMD updated pair by pair, with forgetting or a window.",
            Source = "Zhang et al. 2019, SIAM J. Appl. Dyn. Syst. 18",
            Options =
            [
                EstimatorOption.Rank<OnlineEstimator>(
                    "rank", PairOptions.RankSummary, e => e.RankRule, (e, v) => e with { RankRule = v }),
                EstimatorOption.Integer<OnlineEstimator>(
                    "delays", (1, PairOptions.MostDelays), PairOptions.DelaysSummary, e => e.Delays,
                    (e, v) => e with { Delays = v }),
                EstimatorOption.Of<OnlineEstimator>(
                    "dictionary", "dictionary", "Observables", e => e.Observables.ToString(),
                    (e, v) => e with { Observables = ObservablesSpec.Parse(v) }),
                EstimatorOption.Number<OnlineEstimator>(
                    "forgetting", "A pair weighs this to the power of its age, in (0, 1]", e => e.Forgetting,
                    (e, v) => e with { Forgetting = v }),
                EstimatorOption.OptionalInteger<OnlineEstimator>(
                    "window", (1, 1_000_000), "Only the last so many pairs count; empty for all", e => e.Window,
                    (e, v) => e with { Window = v }),
            ],
        },
        new(new StreamingEstimator(), "streaming", "streaming-dmd")
        {
            Summary = "DMD of bases that grow with the data and are cut back: one pass, little memory.",
            Source = "Hemati, Williams and Rowley 2014, Phys. Fluids 26",
            Options =
            [
                EstimatorOption.Rank<StreamingEstimator>(
                    "rank", PairOptions.RankSummary, e => e.RankRule, (e, v) => e with { RankRule = v }),
                EstimatorOption.Integer<StreamingEstimator>(
                    "delays", (1, PairOptions.MostDelays), PairOptions.DelaysSummary, e => e.Delays,
                    (e, v) => e with { Delays = v }),
                EstimatorOption.Of<StreamingEstimator>(
                    "dictionary", "dictionary", "Observables", e => e.Observables.ToString(),
                    (e, v) => e with { Observables = ObservablesSpec.Parse(v) }),
                EstimatorOption.Integer<StreamingEstimator>(
                    "max-rank", (1, MostDirections), "Bases of twice as many directions are cut back to these",
                    e => e.MaxRank, (e, v) => e with { MaxRank = v }),
                EstimatorOption.Number<StreamingEstimator>(
                    "tolerance", "A snapshot adds a direction when more than this fraction of it is new, in (0, 1)",
                    e => e.Tolerance, (e, v) => e with { Tolerance = v }),
            ],
        },
    ];
}
