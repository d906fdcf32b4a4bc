using System.Buffers;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// The upper triangle of the joint products P = S W S', packed, uncentred and summed with compensation: w (w + 1)
/// numbers. Chunks are multiplied by panels of columns side by side on all cores; the panels depend on w alone, so the
/// bits do not depend on the cores.
/// </summary>
internal sealed class GramBlock(int width) : IProductBlock
{
    private const int Panel = 128;

    private readonly double[] _high = new double[PackedUpper.Length(width)];
    private readonly double[] _low = new double[PackedUpper.Length(width)];

    /// <summary>Of the first w rows of pairs; a negative weight takes them away.</summary>
    public void Fold(Matrix pairs, double weight, ILinearAlgebra la)
    {
        var panels = (width + Panel - 1) / Panel;
        if (panels == 1)
        {
            AddPanel(pairs, 0, weight, la);
            return;
        }

        // The last panels are the tallest: they go first.
        Parallel.For(0, panels, i => AddPanel(pairs, (panels - 1 - i) * Panel, weight, la));
    }

    public void Merge(ISummaryBlock other, double weight, ILinearAlgebra la)
    {
        var from = (GramBlock)other;
        CompensatedSum.Add(_high, _low, from._high, weight);
        TensorPrimitives.MultiplyAdd(from._low, weight, _low, _low);
    }

    /// <summary>sum += P, upper triangles; sum may be larger than P, whose place is its first columns.</summary>
    public void AddUpperTo(Matrix sum)
    {
        for (var j = 0; j < width; j++)
        {
            var column = sum.Column(j)[..(j + 1)];
            TensorPrimitives.Add(column, PackedUpper.Column(_high.AsSpan(), j), column);
            TensorPrimitives.Add(column, PackedUpper.Column(_low.AsSpan(), j), column);
        }
    }

    public Matrix Products(ILinearAlgebra la)
    {
        var total = new double[_high.Length];
        TensorPrimitives.Add(_high, _low, total);
        return PackedUpper.Unpack(total, width);
    }

    public ISecondMoments Moments(long count, ILinearAlgebra la) =>
        JointFactor.Moments(Products(la), width / 2, width / 2, count);

    public void Clear()
    {
        Array.Clear(_high);
        Array.Clear(_low);
    }

    public void Store(TensorArchive archive, string prefix)
    {
        archive.Add($"{prefix}high", _high, _high.Length);
        archive.Add($"{prefix}low", _low, _low.Length);
    }

    public void Load(TensorArchive archive, string prefix)
    {
        archive.CopyDoubles($"{prefix}high", _high);
        archive.CopyDoubles($"{prefix}low", _low);
    }

    // Columns start, start + 1, … of P down to the diagonal, and what of the rows below comes with the square.
    private void AddPanel(Matrix pairs, int start, double weight, ILinearAlgebra la)
    {
        var columns = Math.Min(Panel, width - start);
        var rows = start + columns;
        var product = ArrayPool<double>.Shared.Rent(rows * columns);
        try
        {
            var values = pairs.AsSpan();
            la.Gemm(
                false, true, rows, columns, pairs.Columns, weight, values, pairs.Rows, values[start..], pairs.Rows,
                0, product, rows);
            for (var j = 0; j < columns; j++)
            {
                CompensatedSum.Add(
                    PackedUpper.Column(_high.AsSpan(), start + j), PackedUpper.Column(_low.AsSpan(), start + j),
                    product.AsSpan(j * rows, start + j + 1));
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(product);
        }
    }
}
