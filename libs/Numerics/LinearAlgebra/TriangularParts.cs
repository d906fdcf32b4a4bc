namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>Cuts triangles out of packed factors.</summary>
internal static class TriangularParts
{
    /// <summary>Upper triangle of the first min(m, n) rows, zeros below.</summary>
    public static Matrix Upper(Matrix packed)
    {
        var upper = new Matrix(Math.Min(packed.Rows, packed.Columns), packed.Columns);
        for (var j = 0; j < upper.Columns; j++)
        {
            var height = Math.Min(j + 1, upper.Rows);
            packed.Column(j)[..height].CopyTo(upper.Column(j));
        }

        return upper;
    }

    /// <summary>L = U' from an upper Cholesky factor; null when a diagonal element isn't a positive number.</summary>
    public static Matrix? LowerFromUpperFactor(Matrix upper)
    {
        var n = upper.Rows;
        var lower = new Matrix(n, n);
        for (var j = 0; j < n; j++)
        {
            // Written so that a NaN, which a factorisation may carry through without notice, fails as well.
            if (!(upper[j, j] > 0) || !double.IsFinite(upper[j, j]))
            {
                return null;
            }

            for (var i = 0; i <= j; i++)
            {
                lower[j, i] = upper[i, j];
            }
        }

        return lower;
    }
}
