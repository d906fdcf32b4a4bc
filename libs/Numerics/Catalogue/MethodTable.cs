using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Catalogue;

/// <summary>The entries of the <see cref="EstimatorCatalogue"/>, the plain methods first.</summary>
internal static class MethodTable
{
    private const int MostRefined = 8192;

    public static IReadOnlyList<EstimatorMethod> All { get; } =
    [
        new(new DmdEstimator(), "dmd", "exact", "exact-dmd")
        {
            Summary = "Dynamic mode decomposition with exact modes.",
            Source = "Tu et al. 2014, J. Comput. Dyn. 1",
            Options = PairOptions.All,
        },
        new(new DmdEstimator { Projected = true }, "projected", "projected-dmd")
        {
            Summary = "Dynamic mode decomposition with modes in the span of the data.",
            Source = "Schmid 2010, J. Fluid Mech. 656",
            Options = PairOptions.All,
        },
        new(new DmdEstimator { Delays = 2 }, "hankel")
        {
            Summary = "DMD on delay vectors: for fewer sensors than modes.",
            Source = "Arbabi and Mezic 2017, SIAM J. Appl. Dyn. Syst. 16",
            NeedsTrajectories = true,
            Options = PairOptions.All,
        },
        new(new DmdEstimator { Observables = ObservablesSpec.Affine }, "edmd")
        {
            Summary = "Extended DMD: DMD on a dictionary of observables.",
            Source = "Williams, Kevrekidis and Rowley 2015, J. Nonlinear Sci. 25",
            Options = PairOptions.All,
        },
        new(new RefinedEstimator(), "refined", "refined-dmd")
        {
            Summary = "DMD with scaled pairs and Ritz vectors refined to the least residual.",
            Source = "Drmac, Mezic and Mohr 2018, SIAM J. Sci. Comput. 40",
            Options =
            [
                .. PairOptions.All,
                EstimatorOption.Integer<RefinedEstimator>(
                    "refine-limit", (0, MostRefined), "Ritz pairs to refine", e => e.RefineLimit,
                    (e, v) => e with { RefineLimit = v }),
            ],
        },
    ];
}
