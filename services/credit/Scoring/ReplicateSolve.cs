using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// One replicate's refit as the backward product sees it: with the lower Cholesky factor S = L L' and A = B C, the
/// product so far times the cross-scatter, W' = S^{-1} A' is B G for the refitted slope G = C S^{-1}, at the price of
/// n_L right-hand sides instead of p.
/// </summary>
/// <remarks>
/// Half way lies L^{-1} A', and its leading rows are the canonical product before its output is whitened: the root
/// times the slope of the fit on the leading directions alone. W itself must not be cut off instead: resampled
/// directions are not uncorrelated, so a slope's leading part is not the slope of the leading part, and correlations
/// would exceed one.
/// </remarks>
/// <param name="Factor">W', r × n_L.</param>
/// <param name="Rooted">L^{-1} A', with at least the measured leading rows; null when those have lost rank.</param>
/// <param name="IsThinned">Whether some direction of S had no variance.</param>
/// <param name="IsResolved">Whether S was not positive definite and its eigenvectors had to be used.</param>
internal sealed record ReplicateSolve(Matrix Factor, Matrix? Rooted, bool IsThinned, bool IsResolved)
{
    /// <summary>
    /// Added to S's diagonal, relative to its largest variance. Resampled rows need not visit every direction of the
    /// fixed basis (a pixel that is lit in one block only); along such a direction S and C are zero to rounding, and
    /// the ridge makes the slope zero where their quotient would be noise. It lies a hundred times above that rounding
    /// and a thousand times below the smallest variance that the default rank rule keeps (1e-5 squared), so it moves no
    /// slope by more than 0.1 %.
    /// </summary>
    private const double Ridge = 1e-13;

    // What a pivot of the factorisation is allowed to be over the ridge and still mean "nothing here".
    private const double ThinPivot = 4;

    /// <summary>Solves for one replicate.</summary>
    /// <param name="scatter">S, r × r; the ridge is added to its diagonal in place.</param>
    /// <param name="rightSide">A' = (B C)', r × n_L.</param>
    /// <param name="measured">Leading directions the canonical metric measures.</param>
    /// <param name="la">Linear algebra.</param>
    public static ReplicateSolve Of(Matrix scatter, Matrix rightSide, int measured, ILinearAlgebra la)
    {
        var ridge = Ridge * LargestVariance(scatter);
        for (var i = 0; i < scatter.Rows; i++)
        {
            scatter[i, i] += ridge;
        }

        if (la.Cholesky(scatter) is not { } root)
        {
            return ByEigenvectors(scatter, rightSide, measured, ridge, la);
        }

        var rooted = la.SolveLower(root, rightSide, transpose: false);
        var factor = la.SolveLower(root, rooted, transpose: true);
        return new ReplicateSolve(factor, rooted, IsThin(root, ridge), IsResolved: false);
    }

    private static ReplicateSolve ByEigenvectors(
        Matrix scatter, Matrix rightSide, int measured, double ridge, ILinearAlgebra la)
    {
        var (values, vectors) = la.SymmetricEigen(scatter);
        var projected = la.Multiply(vectors, rightSide, transposeA: true);
        for (var j = 0; j < projected.Columns; j++)
        {
            var column = projected.Column(j);
            for (var i = 0; i < column.Length; i++)
            {
                column[i] = values[i] > ThinPivot * ridge ? column[i] / values[i] : 0;
            }
        }

        var root = la.Cholesky(CutFrame.Leading(scatter, measured));
        var leading = CutFrame.LeadingRows(rightSide, measured);
        var rooted = root is null ? null : la.SolveLower(root, leading, transpose: false);
        return new ReplicateSolve(la.Multiply(vectors, projected), rooted, IsThinned: true, IsResolved: true);
    }

    private static bool IsThin(Matrix root, double ridge)
    {
        for (var i = 0; i < root.Rows; i++)
        {
            if (root[i, i] * root[i, i] <= ThinPivot * ridge)
            {
                return true;
            }
        }

        return false;
    }

    private static double LargestVariance(Matrix scatter)
    {
        var largest = 0.0;
        for (var i = 0; i < scatter.Rows; i++)
        {
            largest = Math.Max(largest, scatter[i, i]);
        }

        return largest;
    }
}
