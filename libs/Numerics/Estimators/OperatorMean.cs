using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// The mean of an operator F (forward) and the inverse of another, B (backward): the solution of A B A = F near F,
/// A = F (B F)^(-1/2) with the principal root of B F, which is near the identity. Where F and B commute, as without
/// noise, it is (F B^(-1))^(1/2); elsewhere it needs no choice among 2^r roots, no eigenvectors and no real positive
/// eigenvalues.
/// </summary>
internal static class OperatorMean
{
    // B F has squared correlations for eigenvalues: below this they are round-off.
    private const double Uncorrelated = 1e-14;
    private const double Settled = 1e-13;
    private const int MostSteps = 60;

    /// <summary>The mean; <paramref name="forward"/> itself, with a warning, where there is none.</summary>
    public static Matrix Of(Matrix forward, Matrix? backward, List<string> warnings, ILinearAlgebra la)
    {
        if (backward is null)
        {
            warnings.Add("the backward operator is singular: this is ordinary least squares");
            return forward;
        }

        var both = la.Multiply(backward, forward);
        if (la.SingularValues(both)[^1] > Uncorrelated && InverseRoot(both, la) is { } correction)
        {
            return la.Multiply(forward, correction);
        }

        warnings.Add(
            "some direction of the successors is uncorrelated with the snapshots: this is ordinary least squares");
        return forward;
    }

    /// <summary>
    /// H^(-1/2), principal, by the iteration of Denman and Beavers (1976, Appl. Math. Comput. 2): quadratic, O(r^3) a
    /// step; null where it does not settle, because H is singular.
    /// </summary>
    private static Matrix? InverseRoot(Matrix h, ILinearAlgebra la)
    {
        var (y, z) = (h, Matrix.Identity(h.Rows));
        for (var step = 0; step < MostSteps; step++)
        {
            if (RegressionParts.Inverse(y, la) is not { } yInverse
                || RegressionParts.Inverse(z, la) is not { } zInverse)
            {
                return null;
            }

            var next = Mean(z, yInverse);
            var change = TensorPrimitives.Distance<double>(next.AsSpan(), z.AsSpan());
            (y, z) = (Mean(y, zInverse), next);
            if (change <= Settled * h.Rows * TensorPrimitives.Norm<double>(z.AsSpan()))
            {
                return z;
            }
        }

        return null;
    }

    private static Matrix Mean(Matrix a, Matrix b)
    {
        var mean = new Matrix(a.Rows, a.Columns);
        TensorPrimitives.Add<double>(a.AsSpan(), b.AsSpan(), mean.AsSpan());
        TensorPrimitives.Multiply(mean.AsSpan(), 0.5, mean.AsSpan());
        return mean;
    }
}
