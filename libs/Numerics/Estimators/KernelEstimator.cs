using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Kernel EDMD, methods S9 (Williams, Rowley and Kevrekidis 2015, J. Comput. Dyn. 2): EDMD on all the functions of a
/// kernel's space at once, of which m pairs see m directions. With G_ij = k(x_i, x_j) = Q S^2 Q' and T = Q S^(-1):
/// A = T' k(X, Y) T, z = T' k(X, x), x ≈ X T z, next x ≈ Y T z. The operator's dictionary is [k(x_1, ·); …; k(x_m, ·);
/// x], of which the encoder reads the sections alone. O(n m^2 + m^2 r + r^3), three m × m matrices at a time; not
/// streamed and not merged. EDMD with "rbf:count" sees all pairs at the price of fixed centres.
/// <para>Residuals: sections obey K* k(x, ·) = k(F(x), ·) exactly, so ||(K* - lambda) U w|| in the kernel's norm is
/// known without quadrature and is what is reported, relative to ||K* U||: a bound for eigenpairs of the adjoint. It
/// comes from products, so below 1e-7 it is round-off. How well an eigenfunction itself holds needs pairs that were not
/// fitted: see <see cref="Residuals.ResidualDmd"/>.</para>
/// </summary>
public sealed record KernelEstimator : IEstimator
{
    /// <summary>The largest <see cref="MostPairs"/>: a Gram matrix of 800 MB.</summary>
    public const int LargestPairs = 10_000;

    /// <summary>The default of <see cref="MostPairs"/>.</summary>
    public const int DefaultMostPairs = 2_000;

    /// <inheritdoc/>
    public string Name => "kernel-edmd";

    /// <summary>k. Default Gaussian; every family but thin plates.</summary>
    public KernelKind Kernel
    {
        get;
        init => field = value != KernelKind.ThinPlate && Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the kernel has to be positive definite");
    }

    /// <summary>s > 0. Default null: the median distance of the states; the linear kernel has none.</summary>
    public double? Bandwidth
    {
        get;
        init => field = value is null or (> 1e-150 and < 1e150)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a bandwidth is positive and finite");
    }

    /// <summary>a of the polynomial kernel, 1 to 64. Default 2.</summary>
    public int Degree
    {
        get;
        init => field = value is >= 1 and <= Observables.Kernel.LargestDegree
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the degree lies between 1 and 64");
    } = 2;

    /// <summary>q ≥ 1 states stacked, newest first. Default 1.</summary>
    public int Delays
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "at least 1 state is stacked");
    } = 1;

    /// <summary>
    /// Directions of the kernel's space to keep. Default s > 1e-8 s_1, where the roots of G's eigenvalues are not
    /// round-off before: sqrt(m eps) s_1.
    /// </summary>
    public RankRule RankRule { get; init; } = new RankRule.RelTol(1e-8);

    /// <summary>
    /// Of more pairs than this a seeded, uniform subsample is fitted, and <see cref="FitDiagnostics.Warnings"/> says
    /// so. 1 to 10,000, default 2,000.
    /// </summary>
    public int MostPairs
    {
        get;
        init => field = value is >= 1 and <= LargestPairs
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"a kernel is fitted to at most 1 to {LargestPairs} pairs");
    } = DefaultMostPairs;

    /// <summary>
    /// At most this many directions, whatever the rule says: eigenvalues of r directions take O(r^3), and of a smooth
    /// kernel few are more than round-off. 1 to 10,000, default 256.
    /// </summary>
    public int RankCap
    {
        get;
        init => field = value is >= 1 and <= LargestPairs
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"a kernel keeps at most 1 to {LargestPairs} directions");
    } = DmdOptions.DefaultRankCap;

    /// <summary>Of the subsample. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Fraction of the pairs, in [0, 1), that tests a fit of the others. Default 0.2.</summary>
    public double HoldOut
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the fraction held out lies in [0, 1)");
    } = PairEstimator.DefaultHoldOut;

    /// <inheritdoc/>
    public KoopmanOperator Fit(SnapshotData data, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(la);
        SnapshotChecks.Inputs(this, takes: false, data.Inputs is not null);

        var all = data.Pairs(Delays);
        Guard.Finite(all.X, "the snapshots");
        Guard.Finite(all.Y, "the successors of the snapshots");
        var pairs = Subsample(all);
        var kernel = new Kernel(Kernel, Kernel == KernelKind.Linear ? 1 : Bandwidth
            ?? SampleGeometry.MedianDistance(pairs.X), Degree);
        OneStepErrors? heldOut = null;
        IPairSource source = new RawPairs(new LiftedPairs(pairs, null));
        if (HoldOut > 0 && source.Split(HoldOut, la) is { } split)
        {
            var train = KernelRegression.Of(kernel, split.Train.Pairs, this, la);
            heldOut = train.Errors(split.HeldOut.Pairs, data.Width, la);
        }

        var regression = KernelRegression.Of(kernel, pairs, this, la);
        var errors = regression.Errors(pairs, data.Width, la);
        var fitted = regression.Operator(Name, data, Delays, la) with
        {
            Diagnostics = regression.Diagnose(all.X.Columns, la) with
            {
                FitError = errors.Operator,
                HoldOutError = heldOut?.Operator,
                PersistenceError = heldOut?.Persistence ?? errors.Persistence,
                Warnings = [.. Warnings(all.X.Columns, pairs.X.Columns, regression)],
            },
        };
        return OperatorAssembly.Omitting(fitted, data, Delays + 1);
    }

    private IEnumerable<string> Warnings(int seen, int used, KernelRegression regression)
    {
        if (used < seen)
        {
            yield return $"{used} of {seen} pairs were fitted, drawn uniformly with seed {Seed}";
        }

        if (regression.Rank.Rank == used)
        {
            yield return $"all {used} directions of the kernel were kept, so the fit meets its own pairs exactly: "
                + "judge it by the held-out error";
        }
    }

    private SnapshotPairs Subsample(SnapshotPairs pairs)
    {
        var m = pairs.X.Columns;
        if (m <= MostPairs)
        {
            return pairs;
        }

        // The first steps of a Fisher-Yates shuffle; sorted, so that blocks held out are blocks in time.
        var (order, random) = (Enumerable.Range(0, m).ToArray(), new Random(Seed));
        for (var i = 0; i < MostPairs; i++)
        {
            var j = random.Next(i, m);
            (order[i], order[j]) = (order[j], order[i]);
        }

        var chosen = order[..MostPairs];
        Array.Sort(chosen);
        var (x, y) = (new Matrix(pairs.X.Rows, MostPairs), new Matrix(pairs.X.Rows, MostPairs));
        for (var j = 0; j < MostPairs; j++)
        {
            pairs.X.Column(chosen[j]).CopyTo(x.Column(j));
            pairs.Y.Column(chosen[j]).CopyTo(y.Column(j));
        }

        return new SnapshotPairs(x, y, Array.ConvertAll(chosen, j => pairs.Weights.Span[j]));
    }
}
