using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Catalogue;

internal static partial class MethodTable
{
    private const int MostDirections = 8192;
    private const string BasisSummary = "How the leading directions of the snapshots are found";

    private static EstimatorOption DmdBasis => EstimatorOption.Choice<DmdEstimator, Spectra.BasisMethod>(
        "basis", BasisSummary, e => e.Basis, (e, v) => e with { Basis = v });

    private static IEnumerable<EstimatorMethod> Sketched() =>
    [
        new(new RandomizedEstimator(), "randomized", "randomized-dmd")
        {
            Summary = "DMD in a random range of the snapshots: for many snapshots and few directions.",
            Source = "Erichson et al. 2019, SIAM J. Appl. Dyn. Syst. 18",
            Options =
            [
                .. PairOptions.Seeded<RandomizedEstimator>(e => e.Seed, (e, v) => e with { Seed = v }),
                EstimatorOption.Integer<RandomizedEstimator>(
                    "target-rank", (1, MostDirections), "At most so many directions", e => e.TargetRank,
                    (e, v) => e with { TargetRank = v }),
                EstimatorOption.Integer<RandomizedEstimator>(
                    "oversampling", (0, MostDirections), "Directions sketched beside those", e => e.Oversampling,
                    (e, v) => e with { Oversampling = v }),
                EstimatorOption.Integer<RandomizedEstimator>(
                    "power-iterations", (0, 100), "More for singular values that decay slowly", e => e.PowerIterations,
                    (e, v) => e with { PowerIterations = v }),
            ],
        },
        new(new CompressedEstimator(), "compressed", "compressed-dmd")
        {
            Summary = "DMD of a few measurements of each snapshot, with modes in full.",
            Source = "Brunton et al. 2015, J. Comput. Dyn. 2",
            Options =
            [
                .. PairOptions.Seeded<CompressedEstimator>(e => e.Seed, (e, v) => e with { Seed = v }),
                EstimatorOption.Integer<CompressedEstimator>(
                    "measurements", (1, MostDirections), "Measurements of each snapshot", e => e.Measurements,
                    (e, v) => e with { Measurements = v }),
                EstimatorOption.Choice<CompressedEstimator, MeasurementKind>(
                    "measurement", "What is measured", e => e.Kind, (e, v) => e with { Kind = v }),
            ],
        },
        new(new KernelEstimator(), "kernel", "kernel-edmd")
        {
            Summary = "Kernel EDMD: a dictionary as large as the data, through inner products alone.",
            Source = "Williams, Rowley and Kevrekidis 2015, J. Comput. Dyn. 2",
            Options = KernelOptions(),
        },
    ];

    private static IReadOnlyList<EstimatorOption> KernelOptions() =>
    [
        EstimatorOption.Rank<KernelEstimator>(
            "rank", "Directions of the kernel's space to keep", e => e.RankRule, (e, v) => e with { RankRule = v }),
        EstimatorOption.Integer<KernelEstimator>(
            "delays", (1, PairOptions.MostDelays), "States in one delay vector, newest first", e => e.Delays,
            (e, v) => e with { Delays = v }),
        EstimatorOption.Number<KernelEstimator>(
            "hold-out", "Fraction of the pairs, in [0, 1), that tests a fit of the others", e => e.HoldOut,
            (e, v) => e with { HoldOut = v }),
        EstimatorOption.Integer<KernelEstimator>(
            "seed", (int.MinValue, int.MaxValue), "Seeds the subsample", e => e.Seed, (e, v) => e with { Seed = v }),
        EstimatorOption.Choice<KernelEstimator, KernelKind>(
            "kernel", "The family; thin plates are no kernel", e => e.Kernel, (e, v) => e with { Kernel = v }),
        EstimatorOption.OptionalNumber<KernelEstimator>(
            "bandwidth", "Scale s > 0 of the kernel; empty for the median distance", e => e.Bandwidth,
            (e, v) => e with { Bandwidth = v }),
        EstimatorOption.Integer<KernelEstimator>(
            "degree", (1, 64), "Of the polynomial kernel", e => e.Degree, (e, v) => e with { Degree = v }),
        EstimatorOption.Integer<KernelEstimator>(
            "most-pairs", (1, KernelEstimator.LargestPairs), "Of more pairs than this a subsample is fitted",
            e => e.MostPairs, (e, v) => e with { MostPairs = v }),
        EstimatorOption.Integer<KernelEstimator>(
            "rank-cap", (1, KernelEstimator.LargestPairs), "Directions to keep at most, whatever the rank rule says",
            e => e.RankCap, (e, v) => e with { RankCap = v }),
    ];
}
