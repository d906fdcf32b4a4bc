using System.Buffers;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Products of delay pairs x = [z_k; …; z_(k-q+1)], y = [z_(k+1); …; z_(k-q+2)] in runs, within which each pair's x is
/// the y of the pair before. With g = [z_(k+1); x] and H = sum of g g', the blocks of H obey
/// H(i+1, j+1) = H(i, j) + C(i, j), C = sum over runs of head head' - tail tail' (head: its first x, tail: its last
/// y), so that the first block row alone is summed: (q + 1/2) n^2 multiplications a pair instead of 2 q^2 n^2.
/// </summary>
/// <remarks>
/// Memory: compensated 2 q n^2 + n (n + 1); 128 ends of runs, and (q n)^2 once there were more. Where a run ends and
/// the next one goes on from there, as at the border of two chunks, the two ends cancel.
/// </remarks>
internal sealed class LagSums(int width, int delays)
{
    private const int Panel = 128;
    private const int MostEnds = 128;

    private readonly int _order = width * delays;

    // z_(k+1) x', then the packed upper triangle of z_(k+1) z_(k+1)'.
    private readonly double[] _high = new double[Length(width, delays)];
    private readonly double[] _low = new double[Length(width, delays)];
    private readonly List<double[]> _heads = [];
    private readonly List<double[]> _tails = [];
    private GramBlock? _corrections;

    public static int Length(int width, int delays) =>
        checked((width * width * delays) + PackedUpper.Length(width));

    /// <summary>Joint pairs [x; y], w × k, in runs that begin at columns <paramref name="starts"/>.</summary>
    public void Fold(Matrix pairs, List<int> starts, double weight, ILinearAlgebra la)
    {
        var panels = (_order + width + Panel - 1) / Panel;
        if (panels == 1)
        {
            AddPanel(pairs, 0, weight, la);
        }
        else
        {
            Parallel.For(0, panels, i => AddPanel(pairs, i * Panel, weight, la));
        }

        var root = Math.Sqrt(weight);
        for (var run = 0; run < starts.Count; run++)
        {
            var last = (run + 1 < starts.Count ? starts[run + 1] : pairs.Columns) - 1;
            AddHead(pairs.Column(starts[run])[.._order], root, la);
            AddTail(pairs.Column(last)[_order..], root, la);
        }
    }

    public void Merge(LagSums other, double weight, ILinearAlgebra la)
    {
        CompensatedSum.Add(_high, _low, other._high, weight);
        TensorPrimitives.MultiplyAdd(other._low, weight, _low, _low);
        if (other._corrections is { } corrections)
        {
            Corrections.Merge(corrections, weight, la);
        }

        var root = Math.Sqrt(weight);
        other._heads.ForEach(head => AddHead(head, root, la));
        other._tails.ForEach(tail => AddTail(tail, root, la));
    }

    public void Clear()
    {
        Array.Clear(_high);
        Array.Clear(_low);
        _heads.Clear();
        _tails.Clear();
        _corrections = null;
    }

    /// <summary>
    /// Products of [x; z_(k+1)], (q + 1) n square, the upper triangle; the ends of runs are worked in for good.
    /// </summary>
    public Matrix Upper(ILinearAlgebra la)
    {
        WorkIn(la);
        var (n, all) = (width, _order + width);
        var row = new double[_high.Length];
        TensorPrimitives.Add(_high, _low, row);
        var sum = new Matrix(all, all);
        var newest = row.AsSpan(n * _order);
        _corrections?.AddUpperTo(sum);
        for (var j = 0; j < _order; j++)
        {
            var column = sum.Column(j)[..(j + 1)];
            if (j < n)
            {
                TensorPrimitives.Add(column, PackedUpper.Column(newest, j), column);
                continue;
            }

            TensorPrimitives.Add(column[..n], row.AsSpan((j - n) * n, n), column[..n]);
            TensorPrimitives.Add(column[n..], sum.Column(j - n)[..(j - n + 1)], column[n..]);
        }

        for (var f = 0; f < n; f++)
        {
            var column = sum.Column(_order + f);
            PackedUpper.Column(newest, f).CopyTo(column[_order..]);
            for (var a = 0; a < _order; a++)
            {
                column[a] = row[(a * n) + f];
            }
        }

        return sum;
    }

    public void Store(TensorArchive archive, string prefix)
    {
        archive.Add($"{prefix}high", _high, _high.Length);
        archive.Add($"{prefix}low", _low, _low.Length);
        archive.Add($"{prefix}heads", Columns(_heads).AsMemory(), _heads.Count, _order);
        archive.Add($"{prefix}tails", Columns(_tails).AsMemory(), _tails.Count, _order);
        _corrections?.Store(archive, $"{prefix}corrections.");
    }

    public void Load(TensorArchive archive, string prefix)
    {
        archive.CopyDoubles($"{prefix}high", _high);
        archive.CopyDoubles($"{prefix}low", _low);
        LoadEnds(archive, $"{prefix}heads", _heads);
        LoadEnds(archive, $"{prefix}tails", _tails);
        if (archive.Contains($"{prefix}corrections.high"))
        {
            // Before anything of that size is allocated.
            if (archive.ShapeOf($"{prefix}corrections.high") is not [var length]
                || length != PackedUpper.Length(_order))
            {
                throw new TensorFormatException($"the corrections of {prefix} are not {_order} x {_order}");
            }

            Corrections.Load(archive, $"{prefix}corrections.");
        }
    }

    private GramBlock Corrections => _corrections ??= new GramBlock(_order);

    private void AddHead(ReadOnlySpan<double> head, double root, ILinearAlgebra la)
    {
        var scaled = Scaled(head, root);
        if (_tails.Count > 0 && _tails[^1].AsSpan().SequenceEqual(scaled))
        {
            _tails.RemoveAt(_tails.Count - 1);
            return;
        }

        _heads.Add(scaled);
        WorkInIfMany(la);
    }

    private void AddTail(ReadOnlySpan<double> tail, double root, ILinearAlgebra la)
    {
        _tails.Add(Scaled(tail, root));
        WorkInIfMany(la);
    }

    private void WorkInIfMany(ILinearAlgebra la)
    {
        if (_heads.Count + _tails.Count >= MostEnds)
        {
            WorkIn(la);
        }
    }

    private void WorkIn(ILinearAlgebra la)
    {
        if (_heads.Count + _tails.Count > 0)
        {
            Corrections.Fold(Columns(_heads), 1, la);
            Corrections.Fold(Columns(_tails), -1, la);
            _heads.Clear();
            _tails.Clear();
        }
    }

    private void LoadEnds(TensorArchive archive, string name, List<double[]> ends)
    {
        if (archive.ShapeOf(name) is not [>= 0 and <= MostEnds and var count, var order] || order != _order)
        {
            throw new TensorFormatException(
                $"tensor \"{name}\" is [{string.Join(", ", archive.ShapeOf(name))}], expected "
                + $"[at most {MostEnds}, {_order}]");
        }

        var values = archive.Doubles(name, count, order);
        for (var i = 0; i < count; i++)
        {
            ends.Add(values[(i * _order)..((i + 1) * _order)]);
        }
    }

    private Matrix Columns(List<double[]> ends)
    {
        var columns = new Matrix(_order, ends.Count);
        for (var i = 0; i < ends.Count; i++)
        {
            ends[i].CopyTo(columns.Column(i));
        }

        return columns;
    }

    private static double[] Scaled(ReadOnlySpan<double> end, double root)
    {
        var scaled = new double[end.Length];
        TensorPrimitives.Multiply(end, root, scaled);
        return scaled;
    }

    // z_(k+1) times rows start, start + 1, … of [x; z_(k+1)], which are the first of a joint pair.
    private void AddPanel(Matrix pairs, int start, double weight, ILinearAlgebra la)
    {
        var columns = Math.Min(Panel, _order + width - start);

        // Panels of z_(k+1) itself need only reach down to the diagonal.
        var rows = start >= _order ? start - _order + columns : width;
        var product = ArrayPool<double>.Shared.Rent(rows * columns);
        var values = pairs.AsSpan();
        la.Gemm(
            false, true, rows, columns, pairs.Columns, weight, values[_order..], pairs.Rows, values[start..],
            pairs.Rows, 0, product, rows);
        for (var j = 0; j < columns; j++)
        {
            var f = start + j - _order;
            var (offset, length) = f < 0
                ? ((start + j) * width, width)
                : ((width * _order) + PackedUpper.Length(f), f + 1);
            CompensatedSum.Add(
                _high.AsSpan(offset, length), _low.AsSpan(offset, length), product.AsSpan(j * rows, length));
        }

        ArrayPool<double>.Shared.Return(product);
    }
}
