using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Planted;

/// <summary>Seeded random matrices.</summary>
internal static class Draw
{
    public static Matrix Gaussian(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var matrix = new Matrix(rows, columns);
        foreach (ref var value in matrix.AsSpan())
        {
            value = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return matrix;
    }

    public static Matrix Orthogonal(int order, int seed, ILinearAlgebra la) =>
        la.ThinQr(Gaussian(order, order, seed)).Q;

    /// <summary>Square, singular values between 1/2 and 2: invertible without drama, not orthogonal.</summary>
    public static Matrix WellConditioned(int order, int seed, ILinearAlgebra la)
    {
        var (left, right) = (Orthogonal(order, seed, la), Orthogonal(order, seed + 1, la));
        for (var j = 0; j < order; j++)
        {
            var scale = order == 1 ? 1.5 : 0.5 + (1.5 * j / (order - 1));
            foreach (ref var value in left.Column(j))
            {
                value *= scale;
            }
        }

        return la.Multiply(left, right, transposeB: true);
    }

    public static Matrix Diagonal(params double[] values)
    {
        var matrix = new Matrix(values.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            matrix[i, i] = values[i];
        }

        return matrix;
    }
}
