using KoopmanMesh.Experiments.Trajectories;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Experiments.Operators;

/// <summary>
/// The operator that replaces a layer (methods P2.5, P2.6): fitted to pairs of delay vectors h_k = [z_k; …; z_(k-d)] by
/// <see cref="DmdEstimator"/>, then raised to the power that leads from z_d to the last state.
/// </summary>
public sealed class DelayOperator
{
    // From so many rows on, and when there are more pairs than rows, products replace decompositions: they lose
    // singular values below 1e-7 s_1, where activations in float32 are noise.
    private const int ManyRows = 1_024;

    private readonly KoopmanOperator _operator;
    private readonly DelayOperatorOptions _options;

    private DelayOperator(KoopmanOperator fitted, DelayOperatorOptions options) =>
        (_operator, _options) = (fitted, options);

    /// <summary>Directions that were kept.</summary>
    public int Rank => _operator.Rank;

    /// <summary>The operator itself, with eigenvalues.</summary>
    public KoopmanOperator Operator => _operator;

    /// <summary>
    /// Fits to the first <paramref name="count"/> trajectories. O(N m min(N, m)), N = (d + 1) w, m pairs.
    /// </summary>
    /// <exception cref="ShapeMismatchException">Trajectories are not longer than d + 1 states.</exception>
    public static DelayOperator Fit(TrajectorySet set, int count, DelayOperatorOptions options, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        var estimator = new DmdEstimator
        {
            Delays = options.Delays + 1,
            RankRule = options.RankRule,
            Observables = options.Constant ? ObservablesSpec.Affine : ObservablesSpec.Identity,
            HoldOut = 0,
            Projected = true,
            Basis = Rows(set, options) >= ManyRows && Pairs(set, count, options) >= Rows(set, options)
                ? BasisMethod.Gram
                : BasisMethod.Qr,
        };
        var data = options.Seams == SeamPolicy.Concatenate
            ? SnapshotData.FromTrajectories(set.Joined(count))
            : SnapshotData.FromTrajectories(set.Each(count));
        return new DelayOperator(estimator.Fit(data, la), options);
    }

    /// <summary>
    /// F with z_(k+s) ≈ F psi(h_k) for s = <paramref name="steps"/> ≥ 1, psi(h) = h or [1; h]; its first <paramref
    /// name="width"/> rows, width × N or width × (N + 1), by repeated application from the left: O(s width r^2 + width r
    /// N). Equal to Re(W Lambda^s psi(h)) of the published code, without its ill-conditioned eigenvectors.
    /// </summary>
    /// <param name="steps">s.</param>
    /// <param name="width">How many entries of the state are wanted; those beyond are padding.</param>
    /// <param name="la">The linear algebra to run on.</param>
    public Matrix Functional(int steps, int width, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, _operator.StateWidth);
        var left = FirstRows(_options.Projected ? _operator.Decoder : _operator.Image, width);
        for (var s = _options.Projected ? 0 : 1; s < steps; s++)
        {
            left = la.Multiply(left, _operator.Reduced);
        }

        return la.Multiply(left, _operator.Encoder, transposeB: true);
    }

    private static int Rows(TrajectorySet set, DelayOperatorOptions options) => (options.Delays + 1) * set.Width;

    private static int Pairs(TrajectorySet set, int count, DelayOperatorOptions options) =>
        options.Seams == SeamPolicy.Concatenate
            ? (count * set.Length) - options.Delays - 1
            : count * (set.Length - options.Delays - 1);

    private static Matrix FirstRows(Matrix matrix, int rows)
    {
        var first = new Matrix(rows, matrix.Columns);
        for (var j = 0; j < matrix.Columns; j++)
        {
            matrix.Column(j)[..rows].CopyTo(first.Column(j));
        }

        return first;
    }
}
