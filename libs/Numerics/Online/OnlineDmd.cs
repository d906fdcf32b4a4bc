using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Online;

/// <summary>
/// Online DMD, methods S11 (Zhang, Rowley, Deem and Cattafesta 2019, SIAM J. Appl. Dyn. Syst. 18(3)): K = Y W X'(X W
/// X')^(-1) follows the stream pair by pair in O(n^2), with weights rho^age, over all pairs or the newest of a window.
/// </summary>
/// <remarks>
/// The recursion of P = (X W X')^(-1) loses digits as it runs: about eps cond(X)^2. So the information itself is kept
/// beside it, the triangular factor of [X' Y'] W^(1/2) and the pairs since, or the window's pairs; every 1,000 pairs
/// the recursion restarts from it, and at once when P stops being positive definite. <see
/// cref="ToOperator(ILinearAlgebra)"/> reads the information, never the recursion, and equals the batch at any
/// condition number. While cond(X) is above 1e5 (fewer than n independent pairs, say) there is no recursion, and K is
/// the least solution from the information. Memory 6 n^2 + 2 n max(n, 1,000), or 2 n^2 + 2 n times the window. Not
/// thread-safe; not mergeable, as order matters.
/// </remarks>
public sealed partial class OnlineDmd
{
    private readonly OnlineDmdOptions _options;
    private readonly PairRing _ring;
    private readonly double[] _first;
    private RecursiveLeastSquares? _recursion;
    private Matrix _factor;
    private long _sinceRefresh;
    private double _squaredError;
    private double _energy;

    /// <summary>A learner that has seen nothing.</summary>
    /// <param name="width">n ≥ 1.</param>
    /// <param name="options">What it remembers.</param>
    public OnlineDmd(int width, OnlineDmdOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentNullException.ThrowIfNull(options);
        (Width, _options, _first) = (width, options, new double[width]);
        _ring = new PairRing(width, options.Window ?? Math.Max(width, options.RefreshEvery));
        _factor = Prior(1);
    }

    /// <summary>n.</summary>
    public int Width { get; }

    /// <summary>Pairs seen.</summary>
    public long Count { get; private set; }

    /// <summary>True while K follows every pair; false while it has to be solved for.</summary>
    public bool IsRecursive => _recursion is not null;

    /// <summary>Times that P lost its definiteness, or all its digits, before the planned restart.</summary>
    public int Recoveries { get; private set; }

    /// <summary>
    /// ||Y - Yhat||_F / ||Y||_F over the pairs that the recursion predicted before it learned them; null when there
    /// are none. A block is predicted by what was known before it.
    /// </summary>
    public double? PredictionError => _energy > 0 ? Math.Sqrt(_squaredError / _energy) : null;

    /// <summary>Learns one pair. O(n^2).</summary>
    /// <exception cref="ShapeMismatchException">Not n long.</exception>
    /// <exception cref="NonFiniteDataException">A number is NaN or infinite; nothing was learned.</exception>
    public void Update(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ILinearAlgebra la)
    {
        Guard.Length(x.Length, Width, "the snapshot");
        Guard.Length(y.Length, Width, "the successor");
        Update(new Matrix(Width, 1, x.ToArray()), new Matrix(Width, 1, y.ToArray()), la);
    }

    /// <summary>
    /// Learns k pairs, oldest first, as <see cref="Update(ReadOnlySpan{double}, ReadOnlySpan{double},
    /// ILinearAlgebra)"/> would one by one, up to rounding. O(k n^2) in products of matrices.
    /// </summary>
    /// <exception cref="ShapeMismatchException">Not both n × k.</exception>
    /// <exception cref="NonFiniteDataException">A number is NaN or infinite; nothing was learned.</exception>
    public void Update(Matrix x, Matrix y, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(la);
        SnapshotChecks.Block(x, y, Width);
        var most = Math.Min(_ring.Capacity, Math.Max(Width, 1));
        for (var start = 0; start < x.Columns;)
        {
            var count = Math.Min(x.Columns - start, _options.Window is null ? Math.Min(most, _ring.Free) : most);
            Learn(x.SelectColumns(start, count), y.SelectColumns(start, count), la);
            start += count;
        }
    }

    /// <summary>K now, n × n, a copy: from the recursion, else the least solution. O(n^2), else O(n^3).</summary>
    public Matrix Koopman(ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        if (_recursion is { } recursion)
        {
            return recursion.Koopman.Copy();
        }

        var basis = SnapshotBasis.Of(Information(la), RankRule.Full, la);
        return la.Multiply(basis.B, basis.U, transposeB: true);
    }

    private void Learn(Matrix x, Matrix y, ILinearAlgebra la)
    {
        var k = x.Columns;
        if (Count == 0)
        {
            x.Column(0).CopyTo(_first);
            Refresh(la);
        }

        var isSound = _recursion is null || Follow(x, y, la);
        for (var j = 0; j < k; j++)
        {
            _ring.Add(x.Column(j), y.Column(j));
        }

        (Count, _sinceRefresh) = (Count + k, _sinceRefresh + k);
        Recoveries += isSound ? 0 : 1;
        var due = _recursion is null ? Width : Math.Max(Width, _options.RefreshEvery);
        if (!isSound || _sinceRefresh >= due || (_options.Window is null && _ring.Free == 0))
        {
            Refresh(la);
        }
    }

    /// <summary>The recursion's step, the pairs that leave the window removed; false when it broke down.</summary>
    private bool Follow(Matrix x, Matrix y, ILinearAlgebra la)
    {
        var (rho, k) = (_options.Forgetting, x.Columns);
        var error = la.Multiply(_recursion!.Koopman, x);
        TensorPrimitives.Subtract(y.AsSpan(), error.AsSpan(), error.AsSpan());
        (_squaredError, _energy) = (_squaredError + error.Energy(), _energy + y.Energy());
        var weights = Weights(k, 0);
        if (!_recursion.Add(x.Copy().ScaleColumns(weights), y.Copy().ScaleColumns(weights), Math.Pow(rho, k), la))
        {
            return false;
        }

        var leaving = _options.Window is { } window ? Math.Max(0, _ring.Count + k - window) : 0;
        if (leaving == 0)
        {
            return true;
        }

        var (oldX, oldY) = _ring.Oldest(leaving);
        var old = Weights(leaving, _ring.Count + k - leaving);
        return _recursion.Remove(oldX.ScaleColumns(old), oldY.ScaleColumns(old), la);
    }

    private void Refresh(ILinearAlgebra la)
    {
        // Before the first pair this starts from the prior, if there is one.
        var factor = Factor(la);
        _recursion = RecursiveLeastSquares.From(factor, la);
        _sinceRefresh = 0;
        if (_options.Window is null)
        {
            _factor = factor;
            _ring.Clear();
        }
    }

    /// <summary>
    /// The triangular factor of [X' Y'] W^(1/2) with everything that counts, at most 2n × 2n; a window starts from its
    /// pairs alone, all else from the factor so far. O((n + pairs) n^2).
    /// </summary>
    private Matrix Factor(ILinearAlgebra la)
    {
        var known = _options.Window is null ? _factor.Copy() : Prior(Math.Pow(_options.Forgetting, Count));
        var keep = _options.Window is null ? Math.Pow(_options.Forgetting, 0.5 * _ring.Count) : 1;
        var (x, y) = _ring.Oldest(_ring.Count);
        var weights = Weights(_ring.Count, 0);
        x.ScaleColumns(weights);
        y.ScaleColumns(weights);
        var stack = new Matrix(known.Rows + weights.Length, 2 * Width);
        for (var i = 0; i < Width; i++)
        {
            Fill(stack.Column(i), known.Column(i), keep, x, i);
            Fill(stack.Column(Width + i), known.Column(Width + i), keep, y, i);
        }

        return stack.Rows == 0 ? stack : la.TriangularFactor(stack);
    }

    private static void Fill(
        Span<double> column, ReadOnlySpan<double> known, double keep, Matrix pairs, int row)
    {
        TensorPrimitives.Multiply(known, keep, column);
        for (var j = 0; j < pairs.Columns; j++)
        {
            column[known.Length + j] = pairs[row, j];
        }
    }

    /// <summary>[I 0] / sqrt(delta), weighted; no rows without a prior.</summary>
    private Matrix Prior(double weight)
    {
        var prior = new Matrix(_options.InitialCovariance is null ? 0 : Width, 2 * Width);
        for (var i = 0; i < prior.Rows; i++)
        {
            prior[i, i] = Math.Sqrt(weight / _options.InitialCovariance!.Value);
        }

        return prior;
    }

    /// <summary>
    /// Roots of rho^age of consecutive pairs, oldest first, the newest of age <paramref name="age"/>.
    /// </summary>
    private double[] Weights(int count, int age)
    {
        var weights = new double[count];
        for (var j = 0; j < count; j++)
        {
            weights[j] = Math.Pow(_options.Forgetting, 0.5 * (age + count - 1 - j));
        }

        return weights;
    }
}
