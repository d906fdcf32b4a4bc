using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Columns with given joint products. With z = [x; u] and P = [Pzz, Pzy; Pyz, Pyy]: Pzz = F F', then
/// [z; y] has the columns [F, 0; Pyz F^(-T), R] with R R' = Pyy - Pyz Pzz^+ Pzy. Each factor is taken of the matrix
/// scaled to a unit diagonal, so that the units of the observables cost no digits.
/// </summary>
internal static class JointFactor
{
    /// <param name="joint">P of [x; u; y], both triangles.</param>
    /// <param name="n">N.</param>
    /// <param name="c">Inputs.</param>
    /// <param name="la">The linear algebra to run on.</param>
    public static LiftedPairs Of(Matrix joint, int n, int c, ILinearAlgebra la)
    {
        var p = n + c;
        var (f, y) = Regress(Part(joint, 0, 0, p, p), Part(joint, 0, p, p, n), la);
        var rest = Part(joint, p, p, n, n);
        TensorPrimitives.Subtract(rest.AsSpan(), la.SymmetricProduct(y).AsSpan(), rest.AsSpan());
        var r = Root(rest, Part(joint, p, p, n, n), la);
        var (none, pairs) = (r.Columns, y.Beside(r));
        var x = f.SelectRows(0, n).Beside(new Matrix(n, none));
        return new LiftedPairs(
            new SnapshotPairs(x, pairs), c > 0 ? f.SelectRows(n, c).Beside(new Matrix(c, none)) : null);
    }

    /// <summary>X X', Y X' and Y Y' from P, where y begins at a row.</summary>
    public static PairProducts Moments(Matrix joint, int n, int y, long count) => new(
        Part(joint, 0, 0, n, n), Part(joint, y, 0, n, n), Part(joint, y, y, n, n), count);

    /// <summary>rows × columns of a matrix from (row, column) on.</summary>
    public static Matrix Part(Matrix matrix, int row, int column, int rows, int columns)
    {
        var part = new Matrix(rows, columns);
        for (var j = 0; j < columns; j++)
        {
            matrix.Column(column + j).Slice(row, rows).CopyTo(part.Column(j));
        }

        return part;
    }

    /// <summary>F with F F' = P, and Q' F^(-T).</summary>
    private static (Matrix F, Matrix Y) Regress(Matrix p, Matrix q, ILinearAlgebra la)
    {
        var (scale, inverse) = Scales(p);
        p.ScaleRows(inverse).ScaleColumns(inverse);
        q.ScaleRows(inverse);
        if (la.Cholesky(p) is { } lower)
        {
            var y = la.SolveLower(lower, q, transpose: false).Transpose();
            return (lower.ScaleRows(scale), y);
        }

        var (roots, vectors) = Eigen(p, la);
        var factor = vectors.Copy().ScaleColumns(roots).ScaleRows(scale);
        var inverseRoots = Array.ConvertAll(roots, root => 1 / root);
        return (factor, la.Multiply(q, vectors, transposeA: true).ScaleColumns(inverseRoots));
    }

    /// <summary>R with R R' = P up to the round-off of the <paramref name="whole"/> it was left over from.</summary>
    private static Matrix Root(Matrix p, Matrix whole, ILinearAlgebra la)
    {
        var (scale, inverse) = Scales(whole);
        p.ScaleRows(inverse).ScaleColumns(inverse);
        if (la.Cholesky(p) is { } lower)
        {
            return lower.ScaleRows(scale);
        }

        var (roots, vectors) = Eigen(p, la);
        return vectors.ScaleColumns(roots).ScaleRows(scale);
    }

    // Roots and vectors of the eigenvalues above the round-off of a matrix whose diagonal was 1.
    private static (double[] Roots, Matrix Vectors) Eigen(Matrix p, ILinearAlgebra la)
    {
        var (values, vectors) = la.SymmetricEigen(p);
        var (rank, floor) = (0, p.Rows * Rounding.Unit * Math.Max(1, values[0]));
        while (rank < values.Length && values[rank] > floor)
        {
            rank++;
        }

        return (Array.ConvertAll(values[..rank], Math.Sqrt), vectors.SelectColumns(0, rank));
    }

    private static (double[] Scale, double[] Inverse) Scales(Matrix p)
    {
        var scale = new double[p.Rows];
        for (var i = 0; i < scale.Length; i++)
        {
            scale[i] = p[i, i] > 0 ? Math.Sqrt(p[i, i]) : 1;
        }

        return (scale, Array.ConvertAll(scale, s => 1 / s));
    }
}
