using System.Numerics.Tensors;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// Large products on all cores. One call of the seam runs on one thread, so a product is cut into pieces that run side
/// by side: along the long inner dimension into panels, whose partial sums are added in order, else into tiles of the
/// result. The cut depends on the shape alone, so the bits do not depend on the number of cores.
/// </summary>
internal static class ParallelProducts
{
    // A partial sum pays for itself when its panel is several times as long as the result is wide.
    private const int PanelAspect = 4;
    private const int MostPanels = 8;

    // Doubles that all partial sums together may take: 128 MB.
    private const long PartialElements = 16L << 20;

    // Results narrower than this are not cut into tiles.
    private const int TileRows = 128;
    private const int MostTiles = 4;

    // Fewer multiplications than this take less time than waking another core.
    private const long WorthSharing = 1L << 20;

    /// <summary>A A' (n × n, both triangles) of A, n × m. O(n^2 m).</summary>
    public static Matrix Syrk(this ILinearAlgebra la, Matrix a) => la.Syrk(a.AsMemory(), a.Rows, a.Columns);

    /// <summary>A A' (n × n, both triangles) of n × m columns stored one after the other. O(n^2 m).</summary>
    public static Matrix Syrk(this ILinearAlgebra la, ReadOnlyMemory<double> a, int n, int m)
    {
        var panels = Panels(n, n, m);
        var product = panels > 1
            ? Sum(panels, m, n, n, (start, count, c) =>
                la.Syrk(n, count, 1, a.Span.Slice(start * n, count * n), Math.Max(1, n), 0, c, Math.Max(1, n)))
            : SyrkByTiles(la, a, n, m);
        LinearAlgebraExtensions.MirrorUpper(product);
        return product;
    }

    /// <summary>A B' (n × k) of A, n × m, and B, k × m. O(n k m).</summary>
    public static Matrix Outer(this ILinearAlgebra la, Matrix a, Matrix b) =>
        la.Outer(a.AsMemory(), a.Rows, b.AsMemory(), b.Rows, a.Columns);

    /// <summary>A B' (n × k) of n × m and k × m columns stored one after the other. O(n k m).</summary>
    public static Matrix Outer(
        this ILinearAlgebra la, ReadOnlyMemory<double> a, int n, ReadOnlyMemory<double> b, int k, int m)
    {
        var panels = Panels(n, k, m);
        if (panels > 1)
        {
            return Sum(panels, m, n, k, (start, count, c) => la.Gemm(
                false, true, n, k, count, 1, a.Span.Slice(start * n, count * n), Math.Max(1, n),
                b.Span.Slice(start * k, count * k), Math.Max(1, k), 0, c, Math.Max(1, n)));
        }

        var product = new Matrix(n, k);
        Columns(k, (long)n * k * m, (start, count) => la.Gemm(
            false, true, n, count, m, 1, a.Span, Math.Max(1, n), b.Span[start..], Math.Max(1, k),
            0, product.AsSpan().Slice(start * n, count * n), Math.Max(1, n)));
        return product;
    }

    /// <summary>op(A) B with the longer side of the result shared out. O(rows · inner · columns).</summary>
    public static Matrix Times(this ILinearAlgebra la, Matrix a, Matrix b, bool transposeA = false)
    {
        var (rows, inner) = transposeA ? (a.Columns, a.Rows) : (a.Rows, a.Columns);
        var (columns, work) = (b.Columns, (long)rows * inner * b.Columns);
        var product = new Matrix(rows, columns);
        if (columns >= rows)
        {
            Columns(columns, work, (start, count) => la.Gemm(
                transposeA, false, rows, count, inner, 1, a.AsSpan(), Math.Max(1, a.Rows),
                b.AsSpan().Slice(start * inner, count * inner), Math.Max(1, inner),
                0, product.AsSpan().Slice(start * rows, count * rows), Math.Max(1, rows)));
        }
        else
        {
            Columns(rows, work, (start, count) => la.Gemm(
                transposeA, false, count, columns, inner, 1, a.AsSpan()[(transposeA ? start * inner : start)..],
                Math.Max(1, a.Rows), b.AsSpan(), Math.Max(1, inner), 0, product.AsSpan()[start..], rows));
        }

        return product;
    }

    /// <summary>
    /// Calls <paramref name="body"/> with (start, count) for at most 8 ranges that cover 0 … <paramref name="length"/>
    /// - 1; one range when the work is small.
    /// </summary>
    public static void Columns(int length, long multiplications, Action<int, int> body)
    {
        var ranges = (int)Math.Clamp(Math.Min(multiplications / WorthSharing, length), 1, MostPanels);
        if (ranges == 1)
        {
            body(0, length);
            return;
        }

        Parallel.For(0, ranges, i =>
        {
            var (start, end) = Range(i, ranges, length);
            body(start, end - start);
        });
    }

    private static int Panels(int rows, int columns, int m)
    {
        var fits = PartialElements / Math.Max(1, (long)rows * columns);
        var wanted = Math.Min(m / (PanelAspect * (long)Math.Max(1, Math.Min(rows, columns))), MostPanels);
        var worth = (long)rows * columns * m / WorthSharing;

        // An even number, so that two cores have equal shares.
        return (int)(Math.Min(Math.Min(fits, wanted), worth) & ~1L);
    }

    private static Matrix Sum(int panels, int m, int rows, int columns, PanelProduct multiply)
    {
        var partial = new Matrix[panels];
        Parallel.For(0, panels, p =>
        {
            partial[p] = new Matrix(rows, columns);
            var (start, end) = Range(p, panels, m);
            multiply(start, end - start, partial[p].AsSpan());
        });
        Columns(columns, (long)panels * rows * columns, (start, count) =>
        {
            var sum = partial[0].AsSpan().Slice(start * rows, count * rows);
            for (var p = 1; p < panels; p++)
            {
                TensorPrimitives.Add(sum, partial[p].AsSpan().Slice(start * rows, count * rows), sum);
            }
        });
        return partial[0];
    }

    /// <summary>The upper triangle by square tiles: those off the diagonal, which cost twice as much, first.</summary>
    private static Matrix SyrkByTiles(ILinearAlgebra la, ReadOnlyMemory<double> a, int n, int m)
    {
        var product = new Matrix(n, n);
        var tiles = (long)n * n * m < WorthSharing ? 1 : Math.Clamp(n / TileRows, 1, MostTiles);
        var pairs = new List<(int Row, int Column)>();
        for (var apart = tiles - 1; apart >= 0; apart--)
        {
            for (var row = 0; row + apart < tiles; row++)
            {
                pairs.Insert(apart == 0 ? pairs.Count : 0, (row, row + apart));
            }
        }

        Parallel.For(0, pairs.Count, i =>
        {
            var ((r, rEnd), (c, cEnd)) = (Range(pairs[i].Row, tiles, n), Range(pairs[i].Column, tiles, n));
            var target = product.AsSpan()[((c * n) + r)..];
            if (r == c)
            {
                la.Syrk(rEnd - r, m, 1, a.Span[r..], Math.Max(1, n), 0, target, Math.Max(1, n));
            }
            else
            {
                la.Gemm(
                    false, true, rEnd - r, cEnd - c, m, 1, a.Span[r..], n, a.Span[c..], n, 0, target, n);
            }
        });
        return product;
    }

    private static (int Start, int End) Range(int i, int ranges, int length) =>
        ((int)((long)i * length / ranges), (int)((i + 1L) * length / ranges));

    private delegate void PanelProduct(int start, int count, Span<double> target);
}
