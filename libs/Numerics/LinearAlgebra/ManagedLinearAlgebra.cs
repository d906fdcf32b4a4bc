using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// Linear algebra without native code: MathNet.Numerics' managed decompositions, and vectorised products. Right
/// everywhere, some twenty times slower than <see cref="OpenBlas"/> at size.
/// </summary>
/// <remarks>
/// The provider instance is used directly: the process-wide <c>Control</c> of MathNet, which others may have set, is
/// neither read nor written. What its routines don't offer is made up for here: a thin SVD (QR first, for it only has a
/// full one, which for 704 × 3000 builds a 3000 × 3000 factor), descending symmetric eigenvalues, unit eigenvectors.
/// </remarks>
public sealed partial class ManagedLinearAlgebra : ILinearAlgebra
{
    private static readonly ManagedLinearAlgebraProvider _mathNet = ManagedLinearAlgebraProvider.Instance;

    /// <inheritdoc/>
    public string Name { get; } =
        $"MathNet.Numerics {typeof(ManagedLinearAlgebraProvider).Assembly.GetName().Version?.ToString(3)} managed";

    /// <inheritdoc/>
    public void Gemm(
        bool transposeA, bool transposeB, int m, int n, int k,
        double alpha, ReadOnlySpan<double> a, int lda, ReadOnlySpan<double> b, int ldb,
        double beta, Span<double> c, int ldc)
    {
        BufferShape.CheckProduct((transposeA, transposeB), (m, n, k), (lda, ldb, ldc), (a.Length, b.Length, c.Length));
        ManagedProducts.Gemm(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    /// <inheritdoc/>
    public void Gemm(
        bool transposeA, bool transposeB, int m, int n, int k,
        float alpha, ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb,
        float beta, Span<float> c, int ldc)
    {
        BufferShape.CheckProduct((transposeA, transposeB), (m, n, k), (lda, ldb, ldc), (a.Length, b.Length, c.Length));
        ManagedProducts.Gemm(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    /// <inheritdoc/>
    public void Syrk(int n, int k, double alpha, ReadOnlySpan<double> a, int lda, double beta, Span<double> c, int ldc)
    {
        BufferShape.Check(nameof(a), n, k, lda, a.Length);
        BufferShape.Check(nameof(c), n, n, ldc, c.Length);
        ManagedProducts.Syrk(n, k, alpha, a, lda, beta, c, ldc);
    }

    /// <inheritdoc/>
    public (Matrix Packed, int[] Pivots) Lu(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var n = BufferShape.RequireSquare("LUFactor", a);
        var (packed, pivots) = (a.AsSpan().ToArray(), new int[n]);
        if (n > 0)
        {
            _mathNet.LUFactor(packed, n, pivots);
        }

        return (new Matrix(n, n, packed), pivots);
    }

    /// <inheritdoc/>
    public Matrix? Cholesky(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var n = BufferShape.RequireSquare("Cholesky", a);
        var l = new Matrix(n, n);

        // Column j of L from the columns before it, kept as rows of U = L' so that every dot product is contiguous.
        var u = new Matrix(n, n);
        for (var j = 0; j < n; j++)
        {
            var column = u.Column(j);
            for (var i = 0; i <= j; i++)
            {
                var partial = a[i, j] - System.Numerics.Tensors.TensorPrimitives.Dot<double>(
                    u.Column(i)[..i], column[..i]);
                if (i == j && !(partial > 0))
                {
                    return null;
                }

                column[i] = i == j ? Math.Sqrt(partial) : partial / u[i, i];
                l[j, i] = column[i];
            }
        }

        return n == 0 || double.IsFinite(l[n - 1, n - 1]) ? l : null;
    }

    /// <inheritdoc/>
    public Matrix SolveLower(Matrix l, Matrix b, bool transpose)
    {
        ArgumentNullException.ThrowIfNull(l);
        ArgumentNullException.ThrowIfNull(b);
        var n = BufferShape.RequireSquare("SolveLower", l);
        BufferShape.RequireRows("SolveLower", n, b);
        var x = b.Copy();
        for (var j = 0; j < b.Columns; j++)
        {
            if (transpose)
            {
                ManagedProducts.SolveTransposed(l, x.Column(j));
            }
            else
            {
                ManagedProducts.Solve(l, x.Column(j));
            }
        }

        return x;
    }

    // MathNet names no routine in its exception.
    private static T Converging<T>(string routine, Func<T> decompose)
    {
        try
        {
            return decompose();
        }
        catch (NonConvergenceException)
        {
            throw new NotConvergedException(routine, 1);
        }
    }
}
