using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Second moments of the delay pairs of trajectories without the delay vectors: with g_k = [z_k; z_(k-1); …; z_(k-q)] the
/// block (i, j) of H = sum of g_k g_k' is the sum of z_(k-i) z_(k-j)', so that along a diagonal
/// H(i+1, j+1) = H(i, j) + z_(q-1-i) z_(q-1-j)' - z_(T-1-i) z_(T-1-j)' for each trajectory z_0 … z_(T-1). Only the first
/// block row is summed: (q + 1) n^2 multiplications a state instead of (q n)^2. X holds blocks 1 … q of g_k, Y blocks
/// 0 … q - 1; every pair counts once. Trajectories may come in chunks, and shards merge. Memory 2 (q + 1) n^2 and 2 q n
/// a trajectory.
/// </summary>
/// <remarks>
/// Rounding is that of summed products, once more the largest of them at most q times: as for every product of data, directions
/// below 1e-7 of the largest are lost. Sums are compensated, so the order of shards shows in the last digit only.
/// </remarks>
public sealed class LagProducts
{
    // Wider states fill all cores with one lag's product.
    private const int WideState = 256;

    private readonly Matrix _high;
    private readonly Matrix _low;
    private readonly List<double[]> _heads = [];
    private readonly List<double[]> _tails = [];
    private Matrix _carry;
    private double[]? _head;

    /// <summary>Of n × T trajectories and q delays.</summary>
    /// <param name="width">n ≥ 1.</param>
    /// <param name="delays">q ≥ 1; 1 makes pairs of successive states.</param>
    public LagProducts(int width, int delays)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(delays, 1);
        (Width, Delays, _carry) = (width, delays, new Matrix(width, 0));
        (_high, _low) = (new Matrix(width, width * (delays + 1)), new Matrix(width, width * (delays + 1)));
    }

    /// <summary>n.</summary>
    public int Width { get; }

    /// <summary>q.</summary>
    public int Delays { get; }

    /// <summary>Pairs that were seen.</summary>
    public long Count { get; private set; }

    /// <summary>The next states of the current trajectory, n × any number, in time order. Not kept.</summary>
    /// <exception cref="ShapeMismatchException">They are not n high.</exception>
    /// <exception cref="NonFiniteDataException">One is NaN or infinite; nothing was added.</exception>
    public void Add(Matrix states, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(states, Width, states.Columns, "the matrix of states");
        Guard.Finite(states, "the matrix of states");
        var joined = _carry.Columns == 0 ? states : Join(_carry, states);
        var count = joined.Columns - Delays;
        if (count > 0)
        {
            var row = FirstRow(joined, count, la);
            CompensatedSum.Add(_high.AsSpan(), _low.AsSpan(), row.AsSpan());
            _head ??= NewestFirst(joined, Delays);
            Count += count;
        }

        var kept = Math.Min(Delays, joined.Columns);
        _carry = joined.SelectColumns(joined.Columns - kept, kept);
    }

    /// <summary>The next state starts another trajectory. One of at most q states made no pair and is forgotten.</summary>
    public void EndTrajectory()
    {
        if (_head is not null)
        {
            _heads.Add(_head);
            _tails.Add(NewestFirst(_carry, Delays));
        }

        (_head, _carry) = (null, new Matrix(Width, 0));
    }

    /// <summary>Adds what another one has summed; the current trajectories of both end.</summary>
    /// <exception cref="ShapeMismatchException">Widths or delays differ.</exception>
    public void Merge(LagProducts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if ((other.Width, other.Delays) != (Width, Delays))
        {
            throw new ShapeMismatchException(
                "the other sum", $"{Width} features and {Delays} delays",
                $"{other.Width} features and {other.Delays} delays");
        }

        EndTrajectory();
        other.EndTrajectory();
        CompensatedSum.Add(_high.AsSpan(), _low.AsSpan(), other._high.AsSpan());
        TensorPrimitives.Add(_low.AsSpan(), other._low.AsSpan(), _low.AsSpan());
        _heads.AddRange(other._heads);
        _tails.AddRange(other._tails);
        Count += other.Count;
    }

    /// <summary>X X', (q n) × (q n), of all pairs so far. The current trajectory ends. O((q n)^2) and a copy of that size.</summary>
    public Matrix Xx(ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        return Xx(Row(), la);
    }

    /// <summary>All second moments of the pairs so far. The current trajectory ends.</summary>
    public PairProducts Products(ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        var (row, n, order) = (Row(), Width, Width * Delays);
        var xx = Xx(row, la);
        var (yx, yy) = (new Matrix(order, order), new Matrix(order, order));
        for (var j = 0; j < order; j++)
        {
            row.Column(n + j).CopyTo(yx.Column(j));
            xx.Column(j)[..(order - n)].CopyTo(yx.Column(j)[n..]);
            row.Column(j).CopyTo(yy.Column(j));
            if (j >= n)
            {
                xx.Column(j - n)[..(order - n)].CopyTo(yy.Column(j)[n..]);
            }
        }

        // The lower triangle is the upper one's: the first block column was left empty.
        LinearAlgebraExtensions.MirrorUpper(yy);
        return new PairProducts(xx, yx, yy, Count);
    }

    /// <summary>The same, without Y X' and Y Y' in full.</summary>
    internal DelayProducts Moments(ILinearAlgebra la)
    {
        var row = Row();
        return new DelayProducts(Xx(row, la), row, Count);
    }

    private Matrix Row()
    {
        EndTrajectory();
        var row = new Matrix(_high.Rows, _high.Columns);
        TensorPrimitives.Add(_high.AsSpan(), _low.AsSpan(), row.AsSpan());
        return row;
    }

    /// <summary>X X' = H(1…q, 1…q), down the diagonals.</summary>
    private Matrix Xx(Matrix row, ILinearAlgebra la)
    {
        var (n, order) = (Width, Width * Delays);
        var xx = Corrections(la);
        for (var j = 0; j < order; j++)
        {
            var column = xx.Column(j);
            TensorPrimitives.Add(column[..n], row.Column(j), column[..n]);
            if (j >= n)
            {
                var above = xx.Column(j - n)[..(order - n)];
                TensorPrimitives.Add(column[n..], above, column[n..]);
            }
        }

        LinearAlgebraExtensions.MirrorUpper(xx);
        return xx;
    }

    /// <summary>Sum over trajectories of head head' - tail tail'.</summary>
    private Matrix Corrections(ILinearAlgebra la)
    {
        var (order, ends) = (Width * Delays, 2 * _heads.Count);
        var (left, right) = (new Matrix(order, ends), new Matrix(order, ends));
        for (var t = 0; t < ends; t++)
        {
            var end = t < _heads.Count ? _heads[t] : _tails[t - _heads.Count];
            end.CopyTo(left.Column(t));
            TensorPrimitives.Multiply(end, t < _heads.Count ? 1 : -1, right.Column(t));
        }

        return la.Outer(left, right);
    }

    /// <summary>H(0, j) for j = 0 … q over the last <paramref name="count"/> states: n × n (q + 1).</summary>
    private Matrix FirstRow(Matrix joined, int count, ILinearAlgebra la)
    {
        var (n, row) = (Width, new Matrix(Width, Width * (Delays + 1)));
        var values = joined.AsMemory();
        var newest = values.Slice(Delays * n, count * n);
        if (n >= WideState)
        {
            for (var lag = 0; lag <= Delays; lag++)
            {
                var earlier = values.Slice((Delays - lag) * n, count * n);
                var product = lag == 0 ? la.Syrk(newest, n, count) : la.Outer(newest, n, earlier, n, count);
                product.AsSpan().CopyTo(row.AsSpan().Slice(lag * n * n, n * n));
            }

            return row;
        }

        ParallelProducts.Columns(Delays + 1, (long)n * n * count * (Delays + 1), (first, lags) =>
        {
            for (var lag = first; lag < first + lags; lag++)
            {
                la.Gemm(
                    false, true, n, n, count, 1, newest.Span, n, values.Span.Slice((Delays - lag) * n, count * n), n,
                    0, row.AsSpan().Slice(lag * n * n, n * n), n);
            }
        });
        return row;
    }

    /// <summary>[z_(end-1); z_(end-2); …], q blocks.</summary>
    private double[] NewestFirst(Matrix states, int end)
    {
        var stacked = new double[Width * Delays];
        for (var block = 0; block < Delays; block++)
        {
            states.Column(end - 1 - block).CopyTo(stacked.AsSpan(block * Width));
        }

        return stacked;
    }

    private static Matrix Join(Matrix left, Matrix right)
    {
        var joined = new Matrix(left.Rows, left.Columns + right.Columns);
        left.AsSpan().CopyTo(joined.AsSpan());
        right.AsSpan().CopyTo(joined.AsSpan()[left.AsSpan().Length..]);
        return joined;
    }
}
