using System.Numerics;
using System.Runtime.InteropServices;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Training;

/// <summary>C := op(A) op(B), column-major, in float or double by T: the JIT keeps one branch of each.</summary>
internal static class MatrixProduct
{
    /// <summary>Refuses numbers that the seam can't multiply.</summary>
    internal static void Require<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"networks compute in float or double, not {typeof(T)}");
        }
    }

    internal static void Multiply<T>(
        ILinearAlgebra algebra, (bool A, bool B) transpose, (int M, int N, int K) size,
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (m, n, k) = size;
        var (lda, ldb) = (transpose.A ? k : m, transpose.B ? n : k);
        if (typeof(T) == typeof(float))
        {
            algebra.Gemm(
                transpose.A, transpose.B, m, n, k, 1f, MemoryMarshal.Cast<T, float>(a), lda,
                MemoryMarshal.Cast<T, float>(b), ldb, 0f, MemoryMarshal.Cast<T, float>(c), m);
        }
        else
        {
            algebra.Gemm(
                transpose.A, transpose.B, m, n, k, 1.0, MemoryMarshal.Cast<T, double>(a), lda,
                MemoryMarshal.Cast<T, double>(b), ldb, 0.0, MemoryMarshal.Cast<T, double>(c), m);
        }
    }
}
