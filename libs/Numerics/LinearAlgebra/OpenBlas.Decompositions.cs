using System.Numerics;
using static KoopmanMesh.Numerics.LinearAlgebra.OpenBlasNative;

namespace KoopmanMesh.Numerics.LinearAlgebra;

public sealed unsafe partial class OpenBlas
{
    // Columns that dtpqrt factors at a time: wide enough for its products, narrow enough for the rest.
    private const int FactorPanel = 32;

    // The same for dgeqrt, whose panels are products too: rows this many times n are factored by it first and then
    // joined.
    private const int WideFactorPanel = 64;
    private const int FactorApart = 3;

    /// <inheritdoc/>
    public (Matrix Q, Matrix R) ThinQr(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var (m, n, p) = (a.Rows, a.Columns, Math.Min(a.Rows, a.Columns));
        var (packed, tau) = HouseholderQr(a);
        var r = TriangularParts.Upper(packed);
        var q = packed.SelectColumns(0, p);
        fixed (double* pq = q.AsSpan(), pt = tau)
        {
            double optimal;
            dorgqr_(m, p, p, pq, Math.Max(1, m), pt, &optimal, -1, out var info);
            var work = Scratch<double>((int)optimal);
            fixed (double* pw = work)
            {
                dorgqr_(m, p, p, pq, Math.Max(1, m), pt, pw, work.Length, out info);
            }

            RequireSuccess("dorgqr", info);
        }

        return (q, r);
    }

    /// <inheritdoc/>
    public Matrix TriangularFactor(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var packed = a.Copy();
        PackFactor(packed);
        return TriangularParts.Upper(packed);
    }

    /// <inheritdoc/>
    public Matrix AppendToFactor(Matrix? r0, ReadOnlySpan<double> columns, int n, int count)
    {
        BufferShape.RequireOrder("dtpqrt", n, r0);
        BufferShape.Check(nameof(columns), n, count, Math.Max(1, n), columns.Length);
        var rows = new Matrix(count, n, GC.AllocateUninitializedArray<double>(checked(count * n)));
        Transposition.Copy(columns, n, count, rows.AsSpan());
        if (r0 is not null && count < FactorApart * n)
        {
            return Update(r0, rows, 0);
        }

        PackFactor(rows);
        var r = TriangularParts.Upper(rows);
        return r0 is null ? r : Update(r0, r, n);
    }

    /// <inheritdoc/>
    public Matrix JoinFactors(Matrix r1, Matrix r2)
    {
        ArgumentNullException.ThrowIfNull(r1);
        ArgumentNullException.ThrowIfNull(r2);
        var n = BufferShape.RequireSquare("dtpqrt", r1);
        BufferShape.RequireRows("dtpqrt", n, r2);
        return Update(r1, r2.Copy(), n);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// LAPACK's driver itself goes through a QR factorisation when a side is longer than 11/6 of the other.
    /// </remarks>
    public (Matrix U, double[] S, Matrix Vt) ThinSvd(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var p = Math.Min(a.Rows, a.Columns);
        var (u, s, vt) = (new Matrix(a.Rows, p), new double[p], new Matrix(p, a.Columns));
        if (p > 0)
        {
            BufferShape.RequireFinite("dgesdd", a);
            if (DivideAndConquerSvd('S', a, u, s, vt) != 0)
            {
                // Divide and conquer fails on a few matrices that the older iteration handles.
                RequireSuccess("dgesvd", IterativeSvd('S', a, u, s, vt));
            }
        }

        return (u, s, vt);
    }

    /// <inheritdoc/>
    public double[] SingularValues(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var s = new double[Math.Min(a.Rows, a.Columns)];
        if (s.Length > 0)
        {
            BufferShape.RequireFinite("dgesdd", a);
            var none = new Matrix(1, 1);
            if (DivideAndConquerSvd('N', a, none, s, none) != 0)
            {
                RequireSuccess("dgesvd", IterativeSvd('N', a, none, s, none));
            }
        }

        return s;
    }

    // The last `trapezoid` rows of `below`, which is overwritten, are upper trapezoidal.
    private static Matrix Update(Matrix r0, Matrix below, int trapezoid)
    {
        var (r, m, n) = (r0.Copy(), below.Rows, r0.Rows);
        var panel = Math.Min(FactorPanel, n);
        if (n == 0 || m == 0)
        {
            return r;
        }

        var (t, work) = (Scratch<double>(panel * n), Scratch<double>(panel * n));
        fixed (double* pr = r.AsSpan(), pb = below.AsSpan(), pt = t, pw = work)
        {
            dtpqrt_(m, n, trapezoid, panel, pr, n, pb, m, pt, panel, pw, out var info);
            RequireArguments("dtpqrt", info);
        }

        return r;
    }

    /// <summary>R in the upper triangle of <paramref name="a"/>, which is overwritten.</summary>
    private static void PackFactor(Matrix a)
    {
        var (m, n, p) = (a.Rows, a.Columns, Math.Min(a.Rows, a.Columns));
        if (p == 0)
        {
            return;
        }

        var panel = Math.Min(WideFactorPanel, p);
        var (t, work) = (Scratch<double>(panel * p), Scratch<double>(panel * n));
        fixed (double* pa = a.AsSpan(), pt = t, pw = work)
        {
            dgeqrt_(m, n, panel, pa, m, pt, panel, pw, out var info);
            RequireArguments("dgeqrt", info);
        }
    }

    private static (Matrix Packed, double[] Tau) HouseholderQr(Matrix a)
    {
        var (m, n) = (a.Rows, a.Columns);
        var packed = a.Copy();
        var tau = Scratch<double>(Math.Min(m, n));
        fixed (double* pa = packed.AsSpan(), pt = tau)
        {
            double optimal;
            dgeqrf_(m, n, pa, Math.Max(1, m), pt, &optimal, -1, out var info);
            var work = Scratch<double>((int)optimal);
            fixed (double* pw = work)
            {
                dgeqrf_(m, n, pa, Math.Max(1, m), pt, pw, work.Length, out info);
            }

            RequireSuccess("dgeqrf", info);
        }

        return (packed, tau);
    }

    private static int DivideAndConquerSvd(char job, Matrix a, Matrix u, double[] s, Matrix vt)
    {
        var (m, n, jobz) = (a.Rows, a.Columns, (byte)job);
        var (copy, integers) = (a.Copy(), Scratch<int>(8 * Math.Min(m, n)));
        fixed (double* pa = copy.AsSpan(), ps = s, pu = u.AsSpan(), pv = vt.AsSpan())
        {
            fixed (int* pi = integers)
            {
                double optimal;
                dgesdd_(jobz, m, n, pa, m, ps, pu, u.Rows, pv, vt.Rows, &optimal, -1, pi, out var info, 1);
                var work = Scratch<double>((int)optimal);
                fixed (double* pw = work)
                {
                    dgesdd_(jobz, m, n, pa, m, ps, pu, u.Rows, pv, vt.Rows, pw, work.Length, pi, out info, 1);
                }

                return info;
            }
        }
    }

    private static int IterativeSvd(char job, Matrix a, Matrix u, double[] s, Matrix vt)
    {
        var (m, n, jobz) = (a.Rows, a.Columns, (byte)job);
        var copy = a.Copy();
        fixed (double* pa = copy.AsSpan(), ps = s, pu = u.AsSpan(), pv = vt.AsSpan())
        {
            double optimal;
            dgesvd_(jobz, jobz, m, n, pa, m, ps, pu, u.Rows, pv, vt.Rows, &optimal, -1, out var info, 1, 1);
            var work = Scratch<double>((int)optimal);
            fixed (double* pw = work)
            {
                dgesvd_(jobz, jobz, m, n, pa, m, ps, pu, u.Rows, pv, vt.Rows, pw, work.Length, out info, 1, 1);
            }

            return info;
        }
    }
}
