using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Triangular factor R of the rows [1, (s - c)'], c a fixed shift near the mean, which keeps the digits of data far
/// from the origin. Its first row is sqrt(count) · [1, (mean - c)'] and the rest, R_22, is the factor of the centred
/// data: R_22'R_22 = S, never squared on the way. Sets are joined by factoring their stacked factors (TSQR; Demmel,
/// Grigori, Hoemmen and Langou, 2012).
/// </summary>
internal sealed class QrState(int width) : IMomentState
{
    private const int Tile = 32;

    private double[] _shift = new double[width];
    private Matrix _factor = new(0, width + 1);

    public long Count { get; private set; }

    /// <summary>The rows to factor, with their own shift; null when nothing was seen.</summary>
    public (Matrix Rows, double[] Shift)? Factor => Count == 0 ? null : (_factor, _shift);

    public void Fold(JointChunk chunk, FoldScratch scratch)
    {
        if (Count == 0)
        {
            _shift = chunk.Mean();
        }

        chunk.Subtract(_shift);
        var stack = new Matrix(_factor.Rows + chunk.Rows, width + 1);
        CopyRows(_factor, stack, 0);
        AppendTransposed(chunk, stack, _factor.Rows);
        _factor = scratch.Algebra.TriangularFactor(stack);
        Count += chunk.Rows;
    }

    public void Merge(IMomentState other, FoldScratch scratch)
    {
        var from = (QrState)other;
        if (from.Count == 0)
        {
            return;
        }

        if (Count == 0)
        {
            (_shift, _factor, Count) = ((double[])from._shift.Clone(), from._factor.Copy(), from.Count);
            return;
        }

        var stack = new Matrix(_factor.Rows + from._factor.Rows, width + 1);
        CopyRows(_factor, stack, 0);
        CopyRows(Reshifted(from._factor, from._shift, _shift), stack, _factor.Rows);
        _factor = scratch.Algebra.TriangularFactor(stack);
        Count += from.Count;
    }

    public (double[] Mean, double[] Packed) Moments(FoldScratch scratch)
    {
        var packed = new double[PackedUpper.Length(width)];
        if (Count == 0)
        {
            return (new double[width], packed);
        }

        var (mean, centred) = Split(_factor, _shift);
        var factor = centred.Transpose();
        scratch.Algebra.Syrk(width, width, 1, factor.AsSpan(), width, 0, scratch.Square, width);
        PackedUpper.AddFull(packed, scratch.Square, width);
        return (mean, packed);
    }

    public void Store(TensorArchive archive, string prefix)
    {
        archive.Add($"{prefix}count", new[] { Count }, 1);
        archive.Add($"{prefix}shift", _shift, width);
        archive.Add($"{prefix}factor", _factor.AsMemory(), width + 1, _factor.Rows);
    }

    public void Load(TensorArchive archive, string prefix)
    {
        Count = StoredCount.Read(archive, prefix);
        archive.CopyDoubles($"{prefix}shift", _shift);
        var rows = (int)Math.Min(Count, width + 1);
        _factor = new Matrix(rows, width + 1, archive.Doubles($"{prefix}factor", width + 1, rows));
    }

    /// <summary>
    /// Mean and R_22 with a non-negative diagonal, as a width × width upper triangle (rows of zeros at the bottom when
    /// there were fewer snapshots).
    /// </summary>
    public static (double[] Mean, Matrix Centred) Split(Matrix factor, double[] shift)
    {
        var width = shift.Length;
        var (mean, centred) = (new double[width], new Matrix(width, width));
        for (var j = 0; j < width; j++)
        {
            mean[j] = shift[j] + (factor[0, j + 1] / factor[0, 0]);
            for (var i = 1; i < factor.Rows && i <= j + 1; i++)
            {
                centred[i - 1, j] = factor[i, i] < 0 ? -factor[i, j + 1] : factor[i, j + 1];
            }
        }

        return (mean, centred);
    }

    /// <summary>The same rows about another shift: [1, (s - b)'] = [1, (s - a)'] + 1 · [0, (a - b)'].</summary>
    public static Matrix Reshifted(Matrix factor, double[] from, double[] to)
    {
        var result = factor.Copy();
        for (var j = 0; j < from.Length; j++)
        {
            TensorPrimitives.MultiplyAdd(factor.Column(0), from[j] - to[j], result.Column(j + 1), result.Column(j + 1));
        }

        return result;
    }

    /// <summary>
    /// Copies all rows of <paramref name="source"/> into <paramref name="stack"/>, from row <paramref name="row"/> on.
    /// </summary>
    public static void CopyRows(Matrix source, Matrix stack, int row)
    {
        for (var j = 0; j < source.Columns; j++)
        {
            source.Column(j).CopyTo(stack.Column(j)[row..]);
        }
    }

    // Snapshots are columns there and rows here; by tiles, for the sake of the cache.
    private void AppendTransposed(JointChunk chunk, Matrix stack, int row)
    {
        stack.Column(0).Slice(row, chunk.Rows).Fill(1);
        for (var start = 0; start < width; start += Tile)
        {
            var end = Math.Min(start + Tile, width);
            for (var i = 0; i < chunk.Rows; i++)
            {
                var snapshot = chunk.Column(i);
                for (var j = start; j < end; j++)
                {
                    stack[row + i, j + 1] = snapshot[j];
                }
            }
        }
    }
}
