using System.Numerics;
using static KoopmanMesh.Numerics.LinearAlgebra.OpenBlasNative;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// BLAS and LAPACK of the system's OpenBLAS, through P/Invoke. One call runs on one thread, so that independent work
/// (blocks, replicates, components) runs side by side without its threads spinning against each other; the environment
/// variable <c>OPENBLAS_NUM_THREADS</c> says otherwise. Results are the same bits for the same number of threads.
/// </summary>
public sealed unsafe partial class OpenBlas : ILinearAlgebra
{
    /// <summary>Binds to the system's library.</summary>
    /// <exception cref="LinearAlgebraUnavailableException">
    /// It is not installed, or is a build without LAPACK or with 64-bit integers.
    /// </exception>
    public OpenBlas()
    {
        if (!IsAvailable)
        {
            throw new LinearAlgebraUnavailableException(
                LinearAlgebraProvider.OpenBlasChoice,
                "no libopenblas.so.0 with LAPACK and 32-bit integers loads; install the package libopenblas0-pthread "
                + "(Debian) or openblas-threads (Fedora)");
        }

        if (Environment.GetEnvironmentVariable("OPENBLAS_NUM_THREADS") is not { Length: > 0 })
        {
            SetThreads(1);
        }

        // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …": the options say how it was built, not what it computes.
        Name = string.Join(' ', Configuration.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));
    }

    /// <summary>Whether a usable library loads on this machine.</summary>
    public static bool IsAvailable => OpenBlasNative.IsAvailable;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public void Gemm(
        bool transposeA, bool transposeB, int m, int n, int k,
        double alpha, ReadOnlySpan<double> a, int lda, ReadOnlySpan<double> b, int ldb,
        double beta, Span<double> c, int ldc)
    {
        BufferShape.CheckProduct((transposeA, transposeB), (m, n, k), (lda, ldb, ldc), (a.Length, b.Length, c.Length));
        fixed (double* pa = a, pb = b, pc = c)
        {
            cblas_dgemm(ColumnMajor, Op(transposeA), Op(transposeB), m, n, k, alpha, pa, lda, pb, ldb, beta, pc, ldc);
        }
    }

    /// <inheritdoc/>
    public void Gemm(
        bool transposeA, bool transposeB, int m, int n, int k,
        float alpha, ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb,
        float beta, Span<float> c, int ldc)
    {
        BufferShape.CheckProduct((transposeA, transposeB), (m, n, k), (lda, ldb, ldc), (a.Length, b.Length, c.Length));
        fixed (float* pa = a, pb = b, pc = c)
        {
            cblas_sgemm(ColumnMajor, Op(transposeA), Op(transposeB), m, n, k, alpha, pa, lda, pb, ldb, beta, pc, ldc);
        }
    }

    /// <inheritdoc/>
    public void Syrk(int n, int k, double alpha, ReadOnlySpan<double> a, int lda, double beta, Span<double> c, int ldc)
    {
        BufferShape.Check(nameof(a), n, k, lda, a.Length);
        BufferShape.Check(nameof(c), n, n, ldc, c.Length);
        fixed (double* pa = a, pc = c)
        {
            cblas_dsyrk(ColumnMajor, Upper, NoTranspose, n, k, alpha, pa, lda, beta, pc, ldc);
        }
    }

    /// <inheritdoc/>
    public Matrix? Cholesky(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var n = BufferShape.RequireSquare("dpotrf", a);
        var factor = a.Copy();
        int info;
        fixed (double* pa = factor.AsSpan())
        {
            dpotrf_((byte)'U', n, pa, Math.Max(1, n), out info, 1);
        }

        return info == 0 ? TriangularParts.LowerFromUpperFactor(factor) : null;
    }

    /// <inheritdoc/>
    public (Matrix Packed, int[] Pivots) Lu(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var packed = a.Copy();
        var pivots = new int[Math.Min(a.Rows, a.Columns)];
        fixed (double* pa = packed.AsSpan())
        {
            fixed (int* pp = pivots)
            {
                // A positive info names a zero pivot; the factors are complete all the same.
                dgetrf_(a.Rows, a.Columns, pa, Math.Max(1, a.Rows), pp, out var info);
                RequireArguments("dgetrf", info);
            }
        }

        for (var i = 0; i < pivots.Length; i++)
        {
            pivots[i]--;
        }

        return (packed, pivots);
    }

    /// <inheritdoc/>
    public Matrix SolveLower(Matrix l, Matrix b, bool transpose)
    {
        ArgumentNullException.ThrowIfNull(l);
        ArgumentNullException.ThrowIfNull(b);
        var n = BufferShape.RequireSquare("dtrsm", l);
        BufferShape.RequireRows("dtrsm", n, b);
        var x = b.Copy();
        fixed (double* pl = l.AsSpan(), px = x.AsSpan())
        {
            cblas_dtrsm(
                ColumnMajor, Left, Lower, Op(transpose), NonUnit, n, b.Columns, 1, pl, Math.Max(1, n), px, Math.Max(
                    1, n));
        }

        return x;
    }

    private static int Op(bool transpose) => transpose ? Transposed : NoTranspose;

    // A negative info would be a fault of this file, but LAPACK also answers so to what it can't work on.
    private static void RequireArguments(string routine, int info)
    {
        if (info < 0)
        {
            throw new NotConvergedException(routine, info);
        }
    }

    private static void RequireSuccess(string routine, int info)
    {
        if (info != 0)
        {
            throw new NotConvergedException(routine, info);
        }
    }

    private static T[] Scratch<T>(int length) => GC.AllocateUninitializedArray<T>(Math.Max(1, length));
}
