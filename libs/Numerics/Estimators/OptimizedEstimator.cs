using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Optimized DMD (Askham and Kutz 2018, SIAM J. Appl. Dyn. Syst. 17(1); methods S8): exponents alpha and modes B that
/// make ||G' - Phi(alpha) B||_F least over all snapshots at once, Phi_kj = exp(alpha_j t_k), by variable projection
/// with Levenberg-Marquardt. Unlike a regression on pairs it is not biased by noise, and times may be uneven. Not a
/// regression on pairs, so it neither streams nor merges. O(nq T min(nq, T)) once and O(T r p + r^4) an iteration, p ≤
/// T.
/// </summary>
/// <remarks>
/// Real data only: exponents are real or conjugate pairs by construction (see the block that is fitted), also while
/// they change from one to the other, and a defective double exponent is represented exactly. Several trajectories must
/// be equally long and share their times; each has its own coefficients in the fit (a wider right-hand side), and the
/// modes of the operator are their best rank-one part. Residuals are those of DMD, ||B U'v - lambda v|| / ||B|| with v
/// the unit mode and B = Y V S^(-1), comparable with other methods; on uneven times there are no pairs and no
/// residuals. TimeStep is then the median spacing.
/// </remarks>
public sealed record OptimizedEstimator : IEstimator
{
    /// <summary>The default of <see cref="MaxIterations"/>.</summary>
    public const int DefaultMaxIterations = 100;

    /// <summary>The default of <see cref="Tolerance"/>.</summary>
    public const double DefaultTolerance = 1e-10;

    /// <inheritdoc/>
    public string Name => "optimized-dmd";

    /// <summary>q ≥ 1 states stacked in h, newest first. Default 1: no delays; more need even times.</summary>
    public int Delays
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "there is at least 1 delay");
    } = 1;

    /// <summary>
    /// r, how many exponents; never more than T - q. Default s > 1e-8 s_1: choose it lower for noisy data.
    /// </summary>
    public RankRule RankRule { get; init; } = new RankRule.RelTol(1e-8);

    /// <summary>
    /// Fit the data's projection on its leading r directions (the paper's algorithm 3) rather than all of it. Default
    /// true.
    /// </summary>
    public bool Project { get; init; } = true;

    /// <summary>Where exponents may lie. Default anywhere.</summary>
    public ExponentConstraint Constraint { get; init; } = ExponentConstraint.None;

    /// <summary>Most steps, ≥ 0; 0 keeps the exponents of DMD. Default 100.</summary>
    public int MaxIterations
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the number of iterations is not negative");
    } = DefaultMaxIterations;

    /// <summary>Stop when a step lowers the error by less than this fraction, in [0, 1). Default 1e-10.</summary>
    public double Tolerance
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the tolerance lies in [0, 1)");
    } = DefaultTolerance;

    /// <inheritdoc/>
    public KoopmanOperator Fit(SnapshotData data, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(la);
        var ready = OptimizedEstimatorData.Of(data, this, la);
        var fit = Fit(ready, la);
        return OptimizedEstimatorAssembly.Of(Name, ready, fit.Blocks, Delays, la) is var found && found.Rank == 0
            ? found
            : found with { Diagnostics = Report(found.Diagnostics, fit) };
    }

    /// <summary>The exponents alone.</summary>
    internal VariableProjectionFit Fit(OptimizedEstimatorData ready, ILinearAlgebra la) => ready.Rank.Rank == 0
        ? new VariableProjectionFit([], [0], true, 0)
        : new VariableProjection(ready.Compressed(), ready.Times, Constraint, la)
            .Run(ready.InitialBlocks(), MaxIterations, Tolerance);

    internal static FitDiagnostics Report(FitDiagnostics diagnostics, VariableProjectionFit fit) => diagnostics with
    {
        Basis = FormattableString.Invariant(
            $"variable projection, {fit.Iterations} iterations, relative error {fit.Errors[^1]:0.###E+00}"),
        Warnings = [.. diagnostics.Warnings, .. Warnings(fit)],
    };

    private static IEnumerable<string> Warnings(VariableProjectionFit fit)
    {
        if (!fit.Converged)
        {
            yield return FormattableString.Invariant(
                $"the fit in time had not converged after {fit.Iterations} iterations: the last lowered the error ")
                + FormattableString.Invariant($"by the fraction {fit.LastChange:0.###E+00}");
        }

        var spikes = fit.Blocks.Count(block => block.IsSpike);
        if (spikes > 0)
        {
            yield return FormattableString.Invariant(
                $"{spikes} of the fitted functions are spikes at the first or last snapshot: noise, or a lower rank")
                + " is wanted";
        }
    }
}
