using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// Vectorised products and triangular solves over column-major buffers. Shapes are checked by the caller.
/// </summary>
internal static class ManagedProducts
{
    // Columns of A that stay in the second-level cache while every column of C passes over them.
    private const int PanelElements = 16_384;

    public static void Gemm<T>(
        bool transposeA, bool transposeB, int m, int n, int k,
        T alpha, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb, T beta, Span<T> c, int ldc)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var j = 0; j < n && m > 0; j++)
        {
            Scale(c.Slice(j * ldc, m), beta);
        }

        if (m == 0 || n == 0 || k == 0 || alpha == T.Zero)
        {
            return;
        }

        // One layout for the kernel: a transposed A is laid out straight once, O(mk) beside O(mnk).
        var straight = transposeA ? Straighten(a, lda, m, k) : a;
        var leading = transposeA ? m : lda;
        var panel = Math.Clamp(PanelElements / m, 4, k + 3);
        for (var start = 0; start < k; start += panel)
        {
            var depth = Math.Min(panel, k - start);
            for (var j = 0; j < n; j++)
            {
                var column = c.Slice(j * ldc, m);
                for (var p = start; p < start + depth; p++)
                {
                    var factor = alpha * (transposeB ? b[(p * ldb) + j] : b[(j * ldb) + p]);
                    TensorPrimitives.MultiplyAdd(straight.Slice(p * leading, m), factor, column, column);
                }
            }
        }
    }

    public static void Syrk(
        int n, int k, double alpha, ReadOnlySpan<double> a, int lda, double beta, Span<double> c, int ldc)
    {
        for (var j = 0; j < n; j++)
        {
            Scale(c.Slice(j * ldc, j + 1), beta);
        }

        var panel = Math.Clamp(PanelElements / Math.Max(1, n), 4, k + 4);
        for (var start = 0; start < k; start += panel)
        {
            var end = Math.Min(start + panel, k);
            for (var j = 0; j < n; j++)
            {
                var column = c.Slice(j * ldc, j + 1);
                for (var p = start; p < end; p++)
                {
                    TensorPrimitives.MultiplyAdd(a.Slice(p * lda, j + 1), alpha * a[(p * lda) + j], column, column);
                }
            }
        }
    }

    /// <summary>x := L^-1 x.</summary>
    public static void Solve(Matrix l, Span<double> x)
    {
        for (var j = 0; j < x.Length; j++)
        {
            var column = l.Column(j);
            x[j] /= column[j];
            TensorPrimitives.MultiplyAdd(column[(j + 1)..], -x[j], x[(j + 1)..], x[(j + 1)..]);
        }
    }

    /// <summary>x := L'^-1 x.</summary>
    public static void SolveTransposed(Matrix l, Span<double> x)
    {
        for (var j = x.Length - 1; j >= 0; j--)
        {
            var column = l.Column(j);
            x[j] = (x[j] - TensorPrimitives.Dot<double>(column[(j + 1)..], x[(j + 1)..])) / column[j];
        }
    }

    // beta = 0 overwrites, as in BLAS: what was there may be NaN.
    private static void Scale<T>(Span<T> column, T beta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (beta == T.Zero)
        {
            column.Clear();
        }
        else if (beta != T.One)
        {
            TensorPrimitives.Multiply(column, beta, column);
        }
    }

    private static ReadOnlySpan<T> Straighten<T>(ReadOnlySpan<T> a, int lda, int m, int k)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var straight = GC.AllocateUninitializedArray<T>(checked(m * k));
        for (var i = 0; i < m; i++)
        {
            var row = a.Slice(i * lda, k);
            for (var p = 0; p < k; p++)
            {
                straight[(p * m) + i] = row[p];
            }
        }

        return straight;
    }
}
