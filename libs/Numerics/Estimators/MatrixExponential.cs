using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// exp(M) by Taylor's series of M / 2^s, s so that its 1-norm is at most 1/4, squared s times. O(r^3 s).
/// </summary>
internal static class MatrixExponential
{
    // 0.25^14 / 14! is below 1e-19.
    private const int Terms = 14;
    private const double LargestNorm = 0.25;

    public static Matrix Of(Matrix m, ILinearAlgebra la)
    {
        var norm = 0.0;
        for (var j = 0; j < m.Columns; j++)
        {
            norm = Math.Max(norm, TensorPrimitives.SumOfMagnitudes<double>(m.Column(j)));
        }

        Guard.Finite([norm], "the norm of the matrix to take the exponential of");
        var squarings = norm > LargestNorm ? (int)Math.Ceiling(Math.Log2(norm / LargestNorm)) : 0;
        var scaled = m.Copy();
        TensorPrimitives.Multiply(scaled.AsSpan(), Math.ScaleB(1, -squarings), scaled.AsSpan());
        var sum = Matrix.Identity(m.Rows);
        for (var k = Terms; k >= 1; k--)
        {
            // Horner: I + M/1 (I + M/2 (I + …)).
            sum = la.Multiply(scaled, sum);
            TensorPrimitives.Divide(sum.AsSpan(), k, sum.AsSpan());
            for (var i = 0; i < m.Rows; i++)
            {
                sum[i, i] += 1;
            }
        }

        for (; squarings > 0; squarings--)
        {
            sum = la.Multiply(sum, sum);
        }

        return sum;
    }
}
