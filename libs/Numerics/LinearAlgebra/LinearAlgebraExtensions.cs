namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// The seam in terms of whole matrices, for code that is not hot enough to care about leading dimensions.
/// </summary>
public static class LinearAlgebraExtensions
{
    /// <summary>op(A) op(B), op transposing when asked.</summary>
    public static Matrix Multiply(
        this ILinearAlgebra algebra, Matrix a, Matrix b, bool transposeA = false, bool transposeB = false)
    {
        ArgumentNullException.ThrowIfNull(algebra);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var (m, k) = transposeA ? (a.Columns, a.Rows) : (a.Rows, a.Columns);
        var (inner, n) = transposeB ? (b.Columns, b.Rows) : (b.Rows, b.Columns);
        if (k != inner)
        {
            throw new ArgumentException(
                $"a {m} x {k} matrix cannot multiply a {inner} x {n} matrix: {k} is not {inner}", nameof(b));
        }

        var product = new Matrix(m, n);
        algebra.Gemm(
            transposeA, transposeB, m, n, k, 1, a.AsSpan(), Math.Max(1, a.Rows), b.AsSpan(), Math.Max(1, b.Rows),
            0, product.AsSpan(), Math.Max(1, m));
        return product;
    }

    /// <summary>op(A) x, op transposing when asked.</summary>
    public static double[] Multiply(
        this ILinearAlgebra algebra, Matrix a, ReadOnlySpan<double> x, bool transposeA = false)
    {
        ArgumentNullException.ThrowIfNull(algebra);
        ArgumentNullException.ThrowIfNull(a);
        var (m, k) = transposeA ? (a.Columns, a.Rows) : (a.Rows, a.Columns);
        if (k != x.Length)
        {
            throw new ArgumentException(
                $"a {m} x {k} matrix cannot multiply a vector of {x.Length} elements", nameof(x));
        }

        var product = new double[m];
        algebra.Gemm(
            transposeA, false, m, 1, k, 1, a.AsSpan(), Math.Max(1, a.Rows), x, Math.Max(1, k), 0, product, Math.Max(
                1, m));
        return product;
    }

    /// <summary>A A', both triangles filled; A'A when <paramref name="transpose"/>.</summary>
    public static Matrix SymmetricProduct(this ILinearAlgebra algebra, Matrix a, bool transpose = false)
    {
        ArgumentNullException.ThrowIfNull(algebra);
        ArgumentNullException.ThrowIfNull(a);
        var factor = transpose ? a.Transpose() : a;
        var n = factor.Rows;
        var product = new Matrix(n, n);
        algebra.Syrk(n, factor.Columns, 1, factor.AsSpan(), Math.Max(1, n), 0, product.AsSpan(), Math.Max(1, n));
        MirrorUpper(product);
        return product;
    }

    /// <summary>Copies the strict upper triangle of a square matrix onto the lower one.</summary>
    internal static void MirrorUpper(Matrix square)
    {
        const int Tile = 32;
        var n = square.Rows;
        for (var column = 0; column < n; column += Tile)
        {
            for (var row = 0; row <= column; row += Tile)
            {
                MirrorTile(square, row, column, Tile);
            }
        }
    }

    // By tiles, so that both the rows read and the columns written stay in the first cache.
    private static void MirrorTile(Matrix square, int row, int column, int tile)
    {
        var n = square.Rows;
        var values = square.AsSpan();
        for (var j = column; j < Math.Min(column + tile, n); j++)
        {
            for (var i = row; i < Math.Min(row + tile, j); i++)
            {
                values[(i * n) + j] = values[(j * n) + i];
            }
        }
    }
}
