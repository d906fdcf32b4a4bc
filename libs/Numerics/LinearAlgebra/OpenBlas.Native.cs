using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>The entry points of libopenblas with 32-bit integers: CBLAS, and LAPACK by its Fortran symbols.</summary>
/// <remarks>
/// A Fortran character argument brings a hidden length after the last visible argument; compilers rely on it being
/// there, so it is always passed.
/// </remarks>
internal static unsafe partial class OpenBlasNative
{
    public const int ColumnMajor = 102;
    public const int NoTranspose = 111;
    public const int Transposed = 112;
    public const int Upper = 121;
    public const int Lower = 122;
    public const int NonUnit = 131;
    public const int Left = 141;

    private const string Library = "libopenblas.so.0";

    // Debian and Fedora name the threaded build differently; the last two are macOS and Windows.
    private static readonly string[] _candidates =
        [Library, "libopenblasp.so.0", "libopenblas.so", "libopenblas.dylib", "libopenblas.dll"];

    private static readonly Lazy<nint> _handle = new(Load);

    static OpenBlasNative() => NativeLibrary.SetDllImportResolver(typeof(OpenBlasNative).Assembly, Resolve);

    /// <summary>
    /// Whether the library loads, has LAPACK in it, and counts in 32 bits as the declarations below do.
    /// </summary>
    public static bool IsAvailable =>
        _handle.Value != 0
        && NativeLibrary.TryGetExport(_handle.Value, "dgesdd_", out _)
        && NativeLibrary.TryGetExport(_handle.Value, "cblas_dgemm", out _)
        && !Configuration.Contains("USE64BITINT", StringComparison.Ordinal);

    /// <summary>What the library says of itself: version first, then options and the detected processor.</summary>
    public static string Configuration => Marshal.PtrToStringUTF8(openblas_get_config()) ?? "OpenBLAS";

    /// <summary>Threads that one call uses, in the whole process.</summary>
    public static void SetThreads(int threads) => openblas_set_num_threads(threads);

    private static nint Load()
    {
        foreach (var candidate in _candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Library ? _handle.Value : 0;

    [LibraryImport(Library)]
    private static partial void openblas_set_num_threads(int threads);

    [LibraryImport(Library), SuppressGCTransition]
    private static partial nint openblas_get_config();

    [LibraryImport(Library)]
    public static partial void cblas_dgemm(
        int order, int transA, int transB, int m, int n, int k,
        double alpha, double* a, int lda, double* b, int ldb, double beta, double* c, int ldc);

    [LibraryImport(Library)]
    public static partial void cblas_sgemm(
        int order, int transA, int transB, int m, int n, int k,
        float alpha, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc);

    [LibraryImport(Library)]
    public static partial void cblas_dsyrk(
        int order, int uplo, int trans, int n, int k,
        double alpha, double* a, int lda, double beta, double* c, int ldc);

    [LibraryImport(Library)]
    public static partial void cblas_dtrsm(
        int order, int side, int uplo, int trans, int diag, int m, int n,
        double alpha, double* a, int lda, double* b, int ldb);

    [LibraryImport(Library)]
    public static partial void dgeqrf_(
        in int m, in int n, double* a, in int lda, double* tau, double* work, in int lwork, out int info);

    [LibraryImport(Library)]
    public static partial void dorgqr_(
        in int m, in int n, in int k, double* a, in int lda, double* tau, double* work, in int lwork, out int info);

    [LibraryImport(Library)]
    public static partial void dgeqrt_(
        in int m, in int n, in int nb, double* a, in int lda, double* t, in int ldt, double* work, out int info);

    [LibraryImport(Library)]
    public static partial void dtpqrt_(
        in int m, in int n, in int l, in int nb, double* a, in int lda, double* b, in int ldb,
        double* t, in int ldt, double* work, out int info);

    [LibraryImport(Library)]
    public static partial void dgetrf_(in int m, in int n, double* a, in int lda, int* ipiv, out int info);

    [LibraryImport(Library)]
    public static partial void dpotrf_(in byte uplo, in int n, double* a, in int lda, out int info, nint uploLength);

    [LibraryImport(Library)]
    public static partial void dgesdd_(
        in byte jobz, in int m, in int n, double* a, in int lda, double* s, double* u, in int ldu,
        double* vt, in int ldvt, double* work, in int lwork, int* iwork, out int info, nint jobzLength);

    [LibraryImport(Library)]
    public static partial void dgesvd_(
        in byte jobu, in byte jobvt, in int m, in int n, double* a, in int lda, double* s, double* u, in int ldu,
        double* vt, in int ldvt, double* work, in int lwork, out int info, nint jobuLength, nint jobvtLength);

    [LibraryImport(Library)]
    public static partial void dsyevd_(
        in byte jobz, in byte uplo, in int n, double* a, in int lda, double* w,
        double* work, in int lwork, int* iwork, in int liwork, out int info, nint jobzLength, nint uploLength);

    [LibraryImport(Library)]
    public static partial void dsyevr_(
        in byte jobz, in byte range, in byte uplo, in int n, double* a, in int lda, in double vl, in double vu,
        in int il, in int iu, in double abstol, out int found, double* w, double* z, in int ldz, int* isuppz,
        double* work, in int lwork, int* iwork, in int liwork, out int info,
        nint jobzLength, nint rangeLength, nint uploLength);

    [LibraryImport(Library)]
    public static partial void dgeev_(
        in byte jobvl, in byte jobvr, in int n, double* a, in int lda, double* wr, double* wi,
        double* vl, in int ldvl, double* vr, in int ldvr, double* work, in int lwork, out int info,
        nint jobvlLength, nint jobvrLength);

    [LibraryImport(Library)]
    public static partial void zgeqrf_(
        in int m, in int n, Complex* a, in int lda, Complex* tau, Complex* work, in int lwork, out int info);
}
