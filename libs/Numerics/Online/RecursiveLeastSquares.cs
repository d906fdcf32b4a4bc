using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Online;

/// <summary>
/// P = (X W X')^(-1) and K = Y W X' P, changed by blocks of k pairs in O(k n^2): the Woodbury form of Zhang, Rowley,
/// Deem and Cattafesta 2019, SIAM J. Appl. Dyn. Syst. 18(3), eqs. 18 to 20 (k = 1, gamma = 1 / (1 + x'P x)).
/// </summary>
internal sealed class RecursiveLeastSquares
{
    // A removal that leaves less than this of a direction loses half the digits of P.
    private const double LeastPivot = 1e-8;

    // P has the square of this condition number, and the recursion loses as many digits.
    private const double MostCondition = 1e5;

    private readonly Matrix _p;

    private RecursiveLeastSquares(Matrix p, Matrix k) => (_p, Koopman) = (p, k);

    /// <summary>K, n × n; changes with every update.</summary>
    public Matrix Koopman { get; }

    /// <summary>
    /// From the triangular factor of [X' Y'] W^(1/2), or null when it leaves a direction (nearly) open: P = R^(-1)
    /// R^(-1)', K' = R^(-1) R_xy. O(n^3).
    /// </summary>
    public static RecursiveLeastSquares? From(Matrix factor, ILinearAlgebra la)
    {
        var n = factor.Columns / 2;
        if (factor.Rows < n)
        {
            return null;
        }

        var top = factor.SelectRows(0, n);
        var r = top.SelectColumns(0, n);
        var s = Guard.LargestMagnitude(r.AsSpan()) == 0 ? [0] : la.SingularValues(r);
        if (!(s[^1] * MostCondition > s[0]))
        {
            return null;
        }

        var lower = r.Transpose();
        var inverse = la.SolveLower(lower, Matrix.Identity(n), transpose: true);
        var k = la.SolveLower(lower, top.SelectColumns(n, n), transpose: true).Transpose();
        var p = la.SymmetricProduct(inverse);
        return double.IsFinite(Guard.LargestMagnitude(p.AsSpan())) ? new RecursiveLeastSquares(p, k) : null;
    }

    /// <summary>
    /// Multiplies what is known by <paramref name="keep"/> and adds pairs that are weighted already. False when P is no
    /// longer positive definite, or not finite: then this is of no use any more.
    /// </summary>
    public bool Add(Matrix x, Matrix y, double keep, ILinearAlgebra la) => Change(x, y, 1, 1 / keep, la);

    /// <summary>Removes pairs, weighted as they are known now.</summary>
    public bool Remove(Matrix x, Matrix y, ILinearAlgebra la) => Change(x, y, -1, 1, la);

    private bool Change(Matrix x, Matrix y, double sign, double grow, ILinearAlgebra la)
    {
        var (n, k) = (x.Rows, x.Columns);
        var w = la.Multiply(_p, x);
        TensorPrimitives.Multiply(w.AsSpan(), grow, w.AsSpan());
        var s = la.Multiply(x, w, transposeA: true);
        TensorPrimitives.Multiply(s.AsSpan(), sign, s.AsSpan());
        for (var i = 0; i < k; i++)
        {
            s[i, i] += 1;
        }

        if (!double.IsFinite(Guard.LargestMagnitude(s.AsSpan())) || la.Cholesky(s) is not { } l || !IsSafe(l))
        {
            return false;
        }

        var error = la.Multiply(Koopman, x);
        TensorPrimitives.Subtract(y.AsSpan(), error.AsSpan(), error.AsSpan());
        var gain = la.SolveLower(l, w.Transpose(), transpose: false);
        var step = la.SolveLower(l, error.Transpose(), transpose: false);
        la.Gemm(
            true, false, n, n, k, sign, step.AsSpan(), k, gain.AsSpan(), k, 1, Koopman.AsSpan(), n);
        la.Syrk(n, k, -sign, gain.Transpose().AsSpan(), n, grow, _p.AsSpan(), n);
        LinearAlgebraExtensions.MirrorUpper(_p);
        return double.IsFinite(Guard.LargestMagnitude(_p.AsSpan()));
    }

    private static bool IsSafe(Matrix l)
    {
        for (var i = 0; i < l.Rows; i++)
        {
            if (l[i, i] * l[i, i] < LeastPivot)
            {
                return false;
            }
        }

        return true;
    }
}
