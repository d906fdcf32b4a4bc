using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Residuals;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// A method that regresses psi(h_(k+1)) on psi(h_k): everything that can be streamed, merged and bootstrapped, because
/// it sees its pairs only through their second moments. Delays and observables combine freely with every regression:
/// Hankel DMD is DMD with delays, EDMD is DMD with a dictionary.
/// </summary>
public abstract record PairEstimator : IEstimator
{
    /// <summary>The default of <see cref="HoldOut"/>.</summary>
    public const double DefaultHoldOut = 0.2;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>psi. Default the state itself.</summary>
    public ObservablesSpec Observables { get; init; } = ObservablesSpec.Identity;

    /// <summary>q ≥ 1 states stacked in h, newest first. Default 1: no delays.</summary>
    public int Delays
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "at least 1 state is stacked");
    } = 1;

    /// <summary>Directions of the observables to keep. Default s > 1e-8 s_1.</summary>
    public RankRule RankRule { get; init; } = new RankRule.RelTol(1e-8);

    /// <summary>
    /// Scale each pair by 1 / ||psi(h_k)||: harmless for spectra, wrong for the regression of nonlinear maps (methods
    /// N1). Default false.
    /// </summary>
    public bool ColumnScaling { get; init; }

    /// <summary>
    /// Fraction of the pairs, in [0, 1), that tests a fit of the others; the operator itself is then fitted on all.
    /// Default 0.2; 0 tests nothing and saves a fit.
    /// </summary>
    public double HoldOut
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the fraction held out lies in [0, 1)");
    } = DefaultHoldOut;

    /// <summary>
    /// Refits for <see cref="KoopmanOperator.Intervals"/>, 0 for none or at least 2, see <see cref="Bootstrap"/>.
    /// Default 0.
    /// </summary>
    public int Bootstraps
    {
        get;
        init => field = value is 0 or >= 2
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "the number of bootstrap replicates is 0 or at least 2");
    }

    /// <summary>The only source of chance in <see cref="Bootstraps"/>. Default 0.</summary>
    public int BootstrapSeed { get; init; }

    /// <summary>True when blocks of pairs are left out or drawn again.</summary>
    internal bool IsValidated => HoldOut > 0 || Bootstraps > 0 || RankRule is CrossValidatedRank;

    /// <summary>True when the method takes inputs, and only then may there be any.</summary>
    public virtual bool TakesInputs => false;

    /// <inheritdoc/>
    public KoopmanOperator Fit(SnapshotData data, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(la);
        SnapshotChecks.Inputs(this, TakesInputs, data.Inputs is not null);

        var (source, frame) = SumsLags(data)
            ? (new LagSource(data, Delays), PairFrame.Of(data, Dictionary.Identity(data.Width * Delays), this, la))
            : Lifted(data, la);
        return OperatorAssembly.Omitting(Fit(source, frame, la), data, Delays + 1);
    }

    /// <summary>Fits from lifted pairs, wherever they come from, in the frame they were lifted in.</summary>
    public KoopmanOperator Fit(IPairSource source, PairFrame frame, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(la);
        if (RankRule is CrossValidatedRank rule)
        {
            return (this with { RankRule = rule.Resolve(source, frame, la) }).Fit(source, frame, la);
        }

        var fitted = FitAtRank(source, frame, la);
        return Bootstraps == 0 ? fitted : WithIntervals(fitted, source, la);
    }

    /// <summary>The regression itself. Invariant under an orthogonal mixing of the (weighted) columns.</summary>
    protected internal abstract Regression Regress(LiftedPairs pairs, ILinearAlgebra la);

    /// <summary>The same method at a rank that another fit of it found.</summary>
    internal virtual PairEstimator WithRank(int rank) => this with { RankRule = new RankRule.Fixed(rank) };

    /// <summary>True when nothing is needed but products, which a few lags of these trajectories give.</summary>
    private protected virtual bool SumsLags(SnapshotData data) => false;

    private (IPairSource Source, PairFrame Frame) Lifted(SnapshotData data, ILinearAlgebra la)
    {
        var pairs = data.Pairs(Delays);
        var frame = PairFrame.Of(data, pairs, this, la);
        return (new RawPairs(frame.Lift(pairs, data.PairInputs(Delays), la)), frame);
    }

    private KoopmanOperator FitAtRank(IPairSource source, PairFrame frame, ILinearAlgebra la)
    {
        var split = HoldOut > 0 ? source.Split(HoldOut, la) : null;
        OneStepErrors? heldOut = split is { } parts
            ? OneStepErrors.Of(Regress(parts.Train, la), parts.HeldOut, frame, la)
            : null;
        var all = source.All(la);
        var regression = Regress(all, la);
        var errors = OneStepErrors.Of(regression, all, frame, la, fitted: true);
        var diagnostics = OperatorAssembly.Diagnose(regression, all.Count, la);
        var fitted = OperatorAssembly.Of(Name, regression, frame, la);
        return fitted with
        {
            Spectrum = split is { } tested && fitted.Input is null
                ? fitted.Spectrum with { DataResiduals = ResidualDmd.Of(fitted, tested.HeldOut, la).Residuals(fitted) }
                : fitted.Spectrum,
            Diagnostics = diagnostics with
            {
                Basis = source.Summary?.ToString() ?? diagnostics.Basis,
                FitError = errors.Operator,
                HoldOutError = heldOut?.Operator,
                PersistenceError = heldOut?.Persistence ?? errors.Persistence,
            },
        };
    }

    private KoopmanOperator WithIntervals(KoopmanOperator fitted, IPairSource source, ILinearAlgebra la)
    {
        var options = new BootstrapOptions { Replicates = Bootstraps, Seed = BootstrapSeed };
        if (Bootstrap.Of(this, fitted, source, options, la) is { } intervals)
        {
            return fitted with { Intervals = intervals };
        }

        var warning = $"no intervals: fewer than 2 of {Bootstraps} bootstrap replicates, or of blocks, gave numbers";
        return fitted with
        {
            Diagnostics = fitted.Diagnostics with { Warnings = [.. fitted.Diagnostics.Warnings, warning] },
        };
    }
}
