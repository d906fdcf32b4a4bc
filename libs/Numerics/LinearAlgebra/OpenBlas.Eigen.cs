using System.Numerics;
using static KoopmanMesh.Numerics.LinearAlgebra.OpenBlasNative;

namespace KoopmanMesh.Numerics.LinearAlgebra;

public sealed unsafe partial class OpenBlas
{
    /// <inheritdoc/>
    public (double[] Values, Matrix Vectors) SymmetricEigen(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var n = BufferShape.RequireSquare("dsyevd", a);
        var (values, vectors) = (new double[n], a.Copy());
        if (n > 0)
        {
            BufferShape.RequireFinite("dsyevd", a);
            RequireSuccess("dsyevd", SymmetricDivideAndConquer(vectors, values));
            EigenPairs.Reverse(values, vectors);
        }

        return (values, vectors);
    }

    /// <inheritdoc/>
    public (double[] Values, Matrix Vectors) LeadingSymmetricEigen(Matrix a, int count)
    {
        ArgumentNullException.ThrowIfNull(a);
        var n = BufferShape.RequireSquare("dsyevr", a);
        count = Math.Min(count, n);
        var (values, vectors) = (new double[count > 0 ? n : 0], new Matrix(n, count));
        if (count > 0)
        {
            BufferShape.RequireFinite("dsyevr", a);
            RequireSuccess("dsyevr", SymmetricSubset(a.Copy(), values, vectors));
            Array.Resize(ref values, count);
            EigenPairs.Reverse(values, vectors);
        }

        return (values, vectors);
    }

    /// <inheritdoc/>
    public (Complex[] Values, ComplexMatrix Vectors) Eigen(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var n = BufferShape.RequireSquare("dgeev", a);
        var (real, imaginary, packed) = (new double[n], new double[n], new Matrix(n, n));
        if (n > 0)
        {
            BufferShape.RequireFinite("dgeev", a);
            RequireSuccess("dgeev", GeneralEigen(a.Copy(), real, imaginary, packed));
        }

        return EigenPairs.Unpack(real, imaginary, packed);
    }

    /// <inheritdoc/>
    public (double Sigma, Complex[] W) SmallestSingularPair(ComplexMatrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        SmallestSingular.RequireTall("zgeqrf", a);
        var (scaled, scale) = SafeScale.Apply(a);
        var r = ComplexTriangularFactor(scaled);
        var (sigma, w) = SmallestSingular.ByInverseIteration(r) ?? SmallestPairBySvd(r);
        return (sigma / scale, w);
    }

    private static int SymmetricDivideAndConquer(Matrix vectors, double[] values)
    {
        var (n, jobz, uplo) = (vectors.Rows, (byte)'V', (byte)'U');
        fixed (double* pa = vectors.AsSpan(), pv = values)
        {
            double optimal;
            int optimalIntegers;
            dsyevd_(jobz, uplo, n, pa, n, pv, &optimal, -1, &optimalIntegers, -1, out var info, 1, 1);
            var (work, integers) = (Scratch<double>((int)optimal), Scratch<int>(optimalIntegers));
            fixed (double* pw = work)
            {
                fixed (int* pi = integers)
                {
                    dsyevd_(jobz, uplo, n, pa, n, pv, pw, work.Length, pi, integers.Length, out info, 1, 1);
                }
            }

            return info;
        }
    }

    // The largest, in ascending order as LAPACK has them; a is overwritten.
    private static int SymmetricSubset(Matrix a, double[] values, Matrix vectors)
    {
        var (n, jobz, range, uplo) = (a.Rows, (byte)'V', (byte)'I', (byte)'U');
        var (first, support) = (n - vectors.Columns + 1, Scratch<int>(2 * n));
        fixed (double* pa = a.AsSpan(), pv = values, pz = vectors.AsSpan())
        {
            fixed (int* ps = support)
            {
                double optimal;
                int optimalIntegers;
                dsyevr_(
                    jobz, range, uplo, n, pa, n, 0, 0, first, n, 0, out _, pv, pz, n, ps,
                    &optimal, -1, &optimalIntegers, -1, out var info, 1, 1, 1);
                var (work, integers) = (Scratch<double>((int)optimal), Scratch<int>(optimalIntegers));
                fixed (double* pw = work)
                {
                    fixed (int* pi = integers)
                    {
                        dsyevr_(
                            jobz, range, uplo, n, pa, n, 0, 0, first, n, 0, out _, pv, pz, n, ps,
                            pw, work.Length, pi, integers.Length, out info, 1, 1, 1);
                    }
                }

                return info;
            }
        }
    }

    private static int GeneralEigen(Matrix a, double[] real, double[] imaginary, Matrix packed)
    {
        var (n, none, right) = (a.Rows, (byte)'N', (byte)'V');
        fixed (double* pa = a.AsSpan(), pr = real, pi = imaginary, pv = packed.AsSpan())
        {
            double optimal;
            dgeev_(none, right, n, pa, n, pr, pi, null, 1, pv, n, &optimal, -1, out var info, 1, 1);
            var work = Scratch<double>((int)optimal);
            fixed (double* pw = work)
            {
                dgeev_(none, right, n, pa, n, pr, pi, null, 1, pv, n, pw, work.Length, out info, 1, 1);
            }

            return info;
        }
    }

    private static ComplexMatrix ComplexTriangularFactor(ComplexMatrix a)
    {
        var (m, n) = (a.Rows, a.Columns);
        var packed = a.AsSpan().ToArray();
        var tau = Scratch<Complex>(n);
        fixed (Complex* pa = packed, pt = tau)
        {
            Complex optimal;
            zgeqrf_(m, n, pa, m, pt, &optimal, -1, out var info);
            var work = Scratch<Complex>((int)optimal.Real);
            fixed (Complex* pw = work)
            {
                zgeqrf_(m, n, pa, m, pt, pw, work.Length, out info);
            }

            RequireSuccess("zgeqrf", info);
        }

        return SmallestSingular.UpperOf(packed, m, n);
    }

    // Of the real form [Re -Im; Im Re], whose right vectors [Re w; Im w] are those of R: zgesdd of OpenBLAS 0.3.21
    // reads past the end of its matrix.
    private (double Sigma, Complex[] W) SmallestPairBySvd(ComplexMatrix r)
    {
        var n = r.Columns;
        var real = new Matrix(2 * n, 2 * n);
        for (var j = 0; j < n; j++)
        {
            for (var i = 0; i < n; i++)
            {
                (real[i, j], real[n + i, j]) = (r[i, j].Real, r[i, j].Imaginary);
                (real[i, n + j], real[n + i, n + j]) = (-r[i, j].Imaginary, r[i, j].Real);
            }
        }

        var (_, s, vt) = ThinSvd(real);
        var last = (2 * n) - 1;
        var w = new Complex[n];
        for (var i = 0; i < n; i++)
        {
            w[i] = new Complex(vt[last, i], vt[last, n + i]);
        }

        return (s[last], w);
    }
}
