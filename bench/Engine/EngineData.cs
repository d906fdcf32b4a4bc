using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Bench.Engine;

/// <summary>Planted data of the engine's benchmark, the same for every program that is measured.</summary>
internal static class EngineData
{
    /// <summary>X = U diag(s) V' of full rank and Y = A X + noise, n × m.</summary>
    public static (Matrix X, Matrix Y) Pairs(int n, int m, double[] s, double noise, int seed, ILinearAlgebra la)
    {
        var u = la.ThinQr(Normal(n, n, seed)).Q;
        var scaled = u.Copy();
        for (var j = 0; j < n; j++)
        {
            foreach (ref var value in scaled.Column(j))
            {
                value *= s[j] / Math.Sqrt(m);
            }
        }

        var x = la.Times(scaled, Normal(n, m, seed + 1));
        var map = la.ThinQr(Normal(n, n, seed + 2)).Q;
        for (var j = 0; j < n; j++)
        {
            foreach (ref var value in map.Column(j))
            {
                value *= 0.95;
            }
        }

        var y = la.Times(map, x);
        var random = new Random(seed + 3);
        foreach (ref var value in y.AsSpan())
        {
            value += noise * (random.NextDouble() - 0.5) / Math.Sqrt(m);
        }

        return (x, y);
    }

    /// <summary>Sums of cosines seen through random weights, with a little noise: n × m.</summary>
    public static Matrix Oscillations(int n, int m, int frequencies, double noise, int seed)
    {
        var random = new Random(seed);
        var z = new Matrix(n, m);
        for (var f = 0; f < frequencies; f++)
        {
            var angle = 0.1 + (2.8 * f / frequencies) + (0.1 * random.NextDouble());
            for (var i = 0; i < n; i++)
            {
                var (weight, phase) = (random.NextDouble(), 2 * Math.PI * random.NextDouble());
                for (var k = 0; k < m; k++)
                {
                    z[i, k] += weight * Math.Cos((angle * k) + phase);
                }
            }
        }

        foreach (ref var value in z.AsSpan())
        {
            value += noise * (random.NextDouble() - 0.5);
        }

        return z;
    }

    public static Matrix Normal(int rows, int columns, int seed)
    {
        var (random, matrix) = (new Random(seed), new Matrix(rows, columns));
        foreach (ref var value in matrix.AsSpan())
        {
            value = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return matrix;
    }
}
