using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Catalogue;

/// <summary>The entries of the <see cref="EstimatorCatalogue"/>, the plain methods first.</summary>
internal static partial class MethodTable
{
    public static IReadOnlyList<EstimatorMethod> All { get; } =
        [.. Plain(), .. Regressions(), .. Sketched(), .. InTime(), .. Learners()];

    private static IEnumerable<EstimatorMethod> Plain() =>
    [
        new(new DmdEstimator(), "dmd", "exact", "exact-dmd")
        {
            Summary = "Dynamic mode decomposition with exact modes.",
            Source = "Tu et al. 2014, J. Comput. Dyn. 1",
            Options = [.. PairOptions.All, DmdBasis],
        },
        new(new DmdEstimator { Projected = true }, "projected", "projected-dmd")
        {
            Summary = "Dynamic mode decomposition with modes in the span of the data.",
            Source = "Schmid 2010, J. Fluid Mech. 656",
            Options = [.. PairOptions.All, DmdBasis],
        },
        new(new DmdEstimator { Delays = 2 }, "hankel", "hankel-dmd")
        {
            Summary = "DMD on delay vectors: for fewer sensors than modes.",
            Source = "Arbabi and Mezić 2017, SIAM J. Appl. Dyn. Syst. 16",
            NeedsTrajectories = true,
            Options = [.. PairOptions.All, DmdBasis],
        },
        new(new DmdEstimator { Observables = ObservablesSpec.Affine }, "edmd")
        {
            Summary = "Extended DMD: DMD on a dictionary of observables.",
            Source = "Williams, Kevrekidis and Rowley 2015, J. Nonlinear Sci. 25",
            Options = [.. PairOptions.All, DmdBasis],
        },
        new(new RefinedEstimator(), "refined", "refined-dmd")
        {
            Summary = "DMD with scaled pairs and Ritz vectors refined to the least residual.",
            Source = "Drmač, Mezić and Mohr 2018, SIAM J. Sci. Comput. 40",
            Options =
            [
                .. PairOptions.All,
                EstimatorOption.Integer<RefinedEstimator>(
                    "refine-limit", (0, MostDirections), "Ritz pairs to refine", e => e.RefineLimit,
                    (e, v) => e with { RefineLimit = v }),
                EstimatorOption.Choice<RefinedEstimator, Spectra.BasisMethod>(
                    "basis", BasisSummary, e => e.Basis, (e, v) => e with { Basis = v }),
            ],
        },
    ];

    private static IEnumerable<EstimatorMethod> Regressions() =>
    [
        new(new TotalLeastSquaresEstimator(), "tls", "total-least-squares", "tls-dmd")
        {
            Summary = "Total least squares: without the bias of noise in both snapshots; needs a rank that cuts.",
            Source = "Hemati et al. 2017, Theor. Comput. Fluid Dyn. 31; Dawson et al. 2016, Exp. Fluids 57",
            Options = PairOptions.All,
        },
        new(new ForwardBackwardEstimator(), "forward-backward", "fb", "forward-backward-dmd")
        {
            Summary = "The geometric mean of the forward fit and the inverse of the backward one.",
            Source = "Dawson et al. 2016, Exp. Fluids 57",
            Options = PairOptions.All,
        },
        new(new RidgeEstimator(), "ridge", "ridge-dmd")
        {
            Summary = "Tikhonov-regularised least squares.",
            Source = "Williams, Kevrekidis and Rowley 2015, J. Nonlinear Sci. 25",
            Options =
            [
                .. PairOptions.All,
                EstimatorOption.Number<RidgeEstimator>(
                    "penalty", "gamma >= 0 relative to the mean squared observable", e => e.Penalty,
                    (e, v) => e with { Penalty = v }),
            ],
        },
        new(new ReducedRankEstimator(), "rrr", "reduced-rank", "reduced-rank-dmd")
        {
            Summary = "Reduced-rank regression: the best operator of a rank, rather than of the directions of a rank.",
            Source = "Izenman 1975, J. Multivar. Anal. 5",
            Options =
            [
                .. PairOptions.All,
                EstimatorOption.Rank<ReducedRankEstimator>(
                    "regression-rank", "The rank of the operator", e => e.RegressionRank,
                    (e, v) => e with { RegressionRank = v }),
            ],
        },
        new(new OrthogonalEstimator(), "orthogonal", "orthogonal-dmd", "pi-dmd")
        {
            Summary = "Physics-informed DMD: orthogonal, symmetric or skew-symmetric operators.",
            Source = "Baddoo et al. 2023, Proc. R. Soc. A 479",
            Options =
            [
                .. PairOptions.All,
                EstimatorOption.Choice<OrthogonalEstimator, Constraint>(
                    "constraint", "What the operator has to be", e => e.Constraint,
                    (e, v) => e with { Constraint = v }),
            ],
        },
        new(new MeasurePreservingEstimator(), "measure-preserving", "mp-edmd")
        {
            Summary = "Measure-preserving EDMD: every eigenvalue on the unit circle.",
            Source = "Colbrook 2023, SIAM J. Numer. Anal. 61",
            Options = PairOptions.All,
        },
        new(new ControlEstimator(), "control", "dmdc", "dmd-with-control")
        {
            Summary = "DMD with control: separates what inputs do from what the state does.",
            Source = "Proctor, Brunton and Kutz 2016, SIAM J. Appl. Dyn. Syst. 15",
            Options = PairOptions.All,
        },
    ];
}
