using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Rows R with R'R = P, the joint products, never squared on the way: the pairs themselves while they are at most w,
/// then the triangular factor of all (TSQR; Demmel, Grigori, Hoemmen and Langou 2012, SIAM J. Sci. Comput. 34(1)).
/// </summary>
internal sealed class QrBlock(int width) : ISummaryBlock
{
    private const int Tile = 32;

    /// <summary>R, at most w × w, not triangular only when it has fewer than w rows.</summary>
    public Matrix Rows { get; private set; } = new(0, width);

    public void Fold(Matrix pairs, double weight, ILinearAlgebra la)
    {
        if (weight == 1 && pairs.Columns >= width && (Rows.Rows == width || Rows.Rows == 0))
        {
            Rows = la.AppendOnAllCores(Rows.Rows == 0 ? null : Rows, pairs);
            return;
        }

        var stack = Stacked(pairs.Columns);
        AppendTransposed(pairs, Math.Sqrt(weight), stack, Rows.Rows);
        Reduce(stack, la);
    }

    public void Merge(ISummaryBlock other, double weight, ILinearAlgebra la)
    {
        var (rows, root) = (((QrBlock)other).Rows, Math.Sqrt(weight));
        if (Rows.Rows == width && rows.Rows == width)
        {
            var scaled = rows.Copy();
            TensorPrimitives.Multiply(scaled.AsSpan(), root, scaled.AsSpan());
            Rows = la.JoinFactors(Rows, scaled);
            return;
        }

        var stack = Stacked(rows.Rows);
        for (var j = 0; j < width; j++)
        {
            TensorPrimitives.Multiply(rows.Column(j), root, stack.Column(j)[Rows.Rows..]);
        }

        Reduce(stack, la);
    }

    public void Clear() => Rows = new Matrix(0, width);

    public void Store(TensorArchive archive, string prefix) =>
        archive.Add($"{prefix}rows", Rows.AsMemory(), width, Rows.Rows);

    public void Load(TensorArchive archive, string prefix)
    {
        if (archive.ShapeOf($"{prefix}rows") is not [var columns, >= 0 and var rows]
            || columns != width || rows > width)
        {
            throw new TensorFormatException(
                $"tensor \"{prefix}rows\" is [{string.Join(", ", archive.ShapeOf($"{prefix}rows"))}], expected "
                + $"[{width}, at most {width}]");
        }

        Rows = new Matrix((int)rows, width, archive.Doubles($"{prefix}rows", width, rows));
    }

    private Matrix Stacked(int more)
    {
        var stack = new Matrix(Rows.Rows + more, width);
        for (var j = 0; j < width; j++)
        {
            Rows.Column(j).CopyTo(stack.Column(j));
        }

        return stack;
    }

    private void Reduce(Matrix stack, ILinearAlgebra la) =>
        Rows = stack.Rows >= width ? la.TriangularFactor(stack) : stack;

    // Pairs are columns there and rows here; by tiles, for the sake of the cache.
    private void AppendTransposed(Matrix pairs, double factor, Matrix stack, int row)
    {
        for (var start = 0; start < width; start += Tile)
        {
            var end = Math.Min(start + Tile, width);
            for (var i = 0; i < pairs.Columns; i++)
            {
                var pair = pairs.Column(i);
                for (var j = start; j < end; j++)
                {
                    stack[row + i, j] = factor * pair[j];
                }
            }
        }
    }
}
