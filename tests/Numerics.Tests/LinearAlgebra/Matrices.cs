using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

/// <summary>Planted matrices, and the plain triple loop that products are checked against.</summary>
internal static class Matrices
{
    public static Matrix Gaussian(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var matrix = new Matrix(rows, columns);
        foreach (ref var value in matrix.AsSpan())
        {
            value = NextGaussian(random);
        }

        return matrix;
    }

    public static double NextGaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Orthonormal columns by modified Gram-Schmidt, twice: independent of the QR under test.</summary>
    public static Matrix Orthonormal(int rows, int columns, int seed)
    {
        var q = Gaussian(rows, columns, seed);
        for (var j = 0; j < columns; j++)
        {
            for (var pass = 0; pass < 2; pass++)
            {
                for (var k = 0; k < j; k++)
                {
                    var dot = 0.0;
                    for (var i = 0; i < rows; i++)
                    {
                        dot += q[i, k] * q[i, j];
                    }

                    for (var i = 0; i < rows; i++)
                    {
                        q[i, j] -= dot * q[i, k];
                    }
                }
            }

            var norm = Math.Sqrt(q.Column(j).ToArray().Sum(value => value * value));
            foreach (ref var value in q.Column(j))
            {
                value /= norm;
            }
        }

        return q;
    }

    /// <summary>U diag(s) V' with planted factors.</summary>
    public static Matrix WithSingularValues(int rows, int columns, double[] s, int seed)
    {
        var (u, v) = (Orthonormal(rows, s.Length, seed), Orthonormal(columns, s.Length, seed + 1));
        for (var j = 0; j < s.Length; j++)
        {
            foreach (ref var value in u.Column(j))
            {
                value *= s[j];
            }
        }

        return Product(u, v.Transpose());
    }

    public static Matrix Product(Matrix a, Matrix b)
    {
        var product = new Matrix(a.Rows, b.Columns);
        for (var i = 0; i < a.Rows; i++)
        {
            for (var j = 0; j < b.Columns; j++)
            {
                for (var k = 0; k < a.Columns; k++)
                {
                    product[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return product;
    }

    public static double Norm(Matrix a) => Math.Sqrt(a.AsSpan().ToArray().Sum(value => value * value));

    public static double Distance(Matrix a, Matrix b)
    {
        Assert.Equal((a.Rows, a.Columns), (b.Rows, b.Columns));
        return Math.Sqrt(a.AsSpan().ToArray().Zip(b.AsSpan().ToArray(), (x, y) => (x - y) * (x - y)).Sum());
    }

    public static void Close(Matrix expected, Matrix actual, double tolerance) =>
        Assert.InRange(Distance(expected, actual), 0, tolerance * Math.Max(1, Norm(expected)));

    public static void OrthonormalColumns(Matrix q, double tolerance = 1e-12) =>
        Close(Matrix.Identity(q.Columns), Product(q.Transpose(), q), tolerance);

    public static Matrix Scaled(Matrix a, IReadOnlyList<double> columnFactors)
    {
        var scaled = a.Copy();
        for (var j = 0; j < a.Columns; j++)
        {
            foreach (ref var value in scaled.Column(j))
            {
                value *= columnFactors[j];
            }
        }

        return scaled;
    }

    /// <summary>max_j ||A w_j - lambda_j w_j||.</summary>
    public static double EigenResidual(Matrix a, Complex[] values, ComplexMatrix vectors)
    {
        var worst = 0.0;
        for (var j = 0; j < values.Length; j++)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Rows; i++)
            {
                var residual = -values[j] * vectors[i, j];
                for (var k = 0; k < a.Columns; k++)
                {
                    residual += a[i, k] * vectors[k, j];
                }

                sum += Math.Pow(Complex.Abs(residual), 2);
            }

            worst = Math.Max(worst, Math.Sqrt(sum));
        }

        return worst;
    }
}
