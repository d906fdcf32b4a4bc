using System.Numerics;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// The seam all heavy work goes through. Two implementations: <see cref="OpenBlas"/> (BLAS and LAPACK of the system)
/// and <see cref="ManagedLinearAlgebra"/> (MathNet.Numerics); the same results to rounding, chosen once at start-up and
/// named in every report. Implementations are stateless and thread-safe. Arguments are validated at the public doors
/// above; here they are trusted. Inputs are never overwritten. SVD and eigenvalues of a matrix with a NaN or infinite
/// element are refused with <see cref="NotConvergedException"/>; elsewhere such elements spread as they may. Nothing
/// hangs on them.
/// </summary>
public interface ILinearAlgebra
{
    /// <summary>What runs, with its version, e.g. "OpenBLAS 0.3.21".</summary>
    string Name { get; }

    /// <summary>
    /// C := alpha · op(A) · op(B) + beta · C; op(A) is m × k, op(B) is k × n, column-major, leading dimensions lda,
    /// ldb, ldc.
    /// </summary>
    void Gemm(
        bool transposeA, bool transposeB, int m, int n, int k,
        double alpha, ReadOnlySpan<double> a, int lda, ReadOnlySpan<double> b, int ldb,
        double beta, Span<double> c, int ldc);

    /// <summary>The same in float32.</summary>
    void Gemm(
        bool transposeA, bool transposeB, int m, int n, int k,
        float alpha, ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb,
        float beta, Span<float> c, int ldc);

    /// <summary>
    /// Upper triangle of C := alpha · A · A' + beta · C, A n × k; the strict lower triangle is left alone.
    /// </summary>
    void Syrk(int n, int k, double alpha, ReadOnlySpan<double> a, int lda, double beta, Span<double> c, int ldc);

    /// <summary>
    /// A = Q R, Q m × p with orthonormal columns, R p × n upper triangular, p = min(m, n). Diagonal signs are
    /// unspecified.
    /// </summary>
    (Matrix Q, Matrix R) ThinQr(Matrix a);

    /// <summary>R of A = Q R alone: min(m, n) × n upper triangular.</summary>
    Matrix TriangularFactor(Matrix a);

    /// <summary>
    /// R of [R0; C'] = Q R: a factor brought up to date with <paramref name="count"/> more rows, which are given as
    /// columns c_j of n elements, one after the other. R0 and R are n × n, upper triangular; without R0 this is the
    /// factor of the rows alone, min(count, n) × n. O(count · n^2).
    /// </summary>
    Matrix AppendToFactor(Matrix? r0, ReadOnlySpan<double> columns, int n, int count);

    /// <summary>R of [R1; R2] = Q R, all n × n and upper triangular. O(n^3), a third of what appending costs.</summary>
    Matrix JoinFactors(Matrix r1, Matrix r2);

    /// <summary>A = U diag(S) V', U m × p, S descending, V' p × n, p = min(m, n).</summary>
    (Matrix U, double[] S, Matrix Vt) ThinSvd(Matrix a);

    /// <summary>Singular values alone, descending.</summary>
    double[] SingularValues(Matrix a);

    /// <summary>Symmetric A = V diag(values) V', values descending; only the upper triangle is read.</summary>
    (double[] Values, Matrix Vectors) SymmetricEigen(Matrix a);

    /// <summary>
    /// The <paramref name="count"/> algebraically largest of them, values descending and vectors n × count.
    /// </summary>
    (double[] Values, Matrix Vectors) LeadingSymmetricEigen(Matrix a, int count);

    /// <summary>A w_j = lambda_j w_j, ||w_j|| = 1; the order is LAPACK's (conjugates adjacent).</summary>
    (Complex[] Values, ComplexMatrix Vectors) Eigen(Matrix a);

    /// <summary>
    /// Smallest singular value of a tall complex A (m × n, m ≥ n) and its right singular vector, ||w|| = 1.
    /// </summary>
    (double Sigma, Complex[] W) SmallestSingularPair(ComplexMatrix a);

    /// <summary>
    /// P A = L U with partial pivoting: packed factors and pivots (row i was exchanged with row Pivots[i], 0-based). A
    /// zero pivot is kept, not thrown.
    /// </summary>
    (Matrix Packed, int[] Pivots) Lu(Matrix a);

    /// <summary>
    /// Lower L with A = L L' for symmetric A (upper triangle read), or null when A is not positive definite to
    /// rounding.
    /// </summary>
    Matrix? Cholesky(Matrix a);

    /// <summary>Solves op(L) X = B for lower triangular L (n × n), op transposing when asked.</summary>
    Matrix SolveLower(Matrix l, Matrix b, bool transpose);
}
