using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>Standard normal entries by the Box-Muller transform, from the seed alone.</summary>
internal static class SeededNormal
{
    /// <summary>A rows × columns matrix, filled column by column.</summary>
    public static Matrix Matrix(int rows, int columns, int seed)
    {
        var (random, matrix) = (new Random(seed), new Matrix(rows, columns));
        var values = matrix.AsSpan();
        for (var i = 0; i < values.Length; i += 2)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            values[i] = radius * cos;
            if (i + 1 < values.Length)
            {
                values[i + 1] = radius * sin;
            }
        }

        return matrix;
    }
}
