using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>A x = b by LU with partial pivoting.</summary>
internal static class LinearSolve
{
    /// <summary>x, n long; not finite where A is singular. O(n^3).</summary>
    public static double[] Of(Matrix a, ReadOnlySpan<double> b, ILinearAlgebra la)
    {
        var (packed, pivots) = la.Lu(a);
        var (n, x) = (a.Rows, b.ToArray());
        for (var i = 0; i < n; i++)
        {
            (x[i], x[pivots[i]]) = (x[pivots[i]], x[i]);
        }

        for (var j = 0; j < n; j++)
        {
            var below = x.AsSpan(j + 1);
            TensorPrimitives.MultiplyAdd(packed.Column(j)[(j + 1)..], -x[j], below, below);
        }

        for (var j = n - 1; j >= 0; j--)
        {
            x[j] /= packed[j, j];
            var above = x.AsSpan(0, j);
            TensorPrimitives.MultiplyAdd(packed.Column(j)[..j], -x[j], above, above);
        }

        return x;
    }
}
