using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Online;

/// <summary>
/// Orthonormal Q (n × r) that grows by what snapshots have outside it, twice orthogonalised, and G = Q'X X'Q.
/// </summary>
internal sealed class GrowingBasis(int width)
{
    public Matrix Q { get; private set; } = new(width, 0);

    public Matrix Gram { get; private set; } = new(0, 0);

    /// <summary>Energy that cuts took away.</summary>
    public double Dropped { get; private set; }

    /// <summary>Energy of everything seen: the exact sum of squares.</summary>
    public double Energy { get; private set; }

    /// <summary>Grows where needed and returns Q'X of the block, r × k. O(n (r + k) k).</summary>
    public Matrix Add(Matrix x, double tolerance, ILinearAlgebra la)
    {
        Energy += x.Energy();
        if (Outside(x, tolerance, la) is { Columns: > 0 } fresh)
        {
            Q = Q.Beside(fresh);
            Gram = Padded(Gram, Q.Columns, Q.Columns);
        }

        var coordinates = la.Multiply(Q, x, transposeA: true);
        var sum = la.SymmetricProduct(coordinates);
        TensorPrimitives.Add(Gram.AsSpan(), sum.AsSpan(), Gram.AsSpan());
        return coordinates;
    }

    /// <summary>Turns the basis to the leading eigenvectors V of G and returns V, r × most. O(n r most).</summary>
    public Matrix Cut(int most, ILinearAlgebra la)
    {
        var (values, vectors) = la.SymmetricEigen(Gram);
        var kept = vectors.SelectColumns(0, most);
        Q = la.Multiply(Q, kept);
        var gram = new Matrix(most, most);
        for (var i = 0; i < values.Length; i++)
        {
            var value = Math.Max(0, values[i]);
            Dropped += i < most ? 0 : value;
            if (i < most)
            {
                gram[i, i] = value;
            }
        }

        Gram = gram;
        return kept;
    }

    public static Matrix Padded(Matrix matrix, int rows, int columns)
    {
        var padded = new Matrix(rows, columns);
        for (var j = 0; j < matrix.Columns; j++)
        {
            matrix.Column(j).CopyTo(padded.Column(j));
        }

        return padded;
    }

    /// <summary>
    /// Orthonormal directions that hold all but <paramref name="tolerance"/> of each snapshot's norm outside Q: a
    /// snapshot alone gives the Gram-Schmidt residual, a block the left singular vectors of the relative residuals.
    /// </summary>
    private Matrix Outside(Matrix x, double tolerance, ILinearAlgebra la)
    {
        var residual = x.Copy();
        for (var j = 0; j < x.Columns; j++)
        {
            var norm = TensorPrimitives.Norm<double>(x.Column(j));
            TensorPrimitives.Multiply(residual.Column(j), norm > 0 ? 1 / norm : 0, residual.Column(j));
        }

        residual = Orthogonalised(residual, la);
        if (Guard.LargestMagnitude(residual.AsSpan()) <= tolerance / Math.Sqrt(Math.Max(1, x.Rows)))
        {
            return new Matrix(x.Rows, 0);
        }

        var (u, s, _) = la.ThinSvd(residual);
        var kept = 0;
        while (kept < s.Length && s[kept] > tolerance && Q.Columns + kept < x.Rows)
        {
            kept++;
        }

        // Directions out of tiny residuals are not orthogonal to Q until they are brought to unit norm and done again.
        return kept == 0 ? new Matrix(x.Rows, 0) : la.ThinQr(Orthogonalised(u.SelectColumns(0, kept), la)).Q;
    }

    private Matrix Orthogonalised(Matrix x, ILinearAlgebra la)
    {
        var result = x.Copy();
        for (var pass = 0; pass < 2 && Q.Columns > 0; pass++)
        {
            var inside = la.Multiply(Q, la.Multiply(Q, result, transposeA: true));
            TensorPrimitives.Subtract(result.AsSpan(), inside.AsSpan(), result.AsSpan());
        }

        return result;
    }
}
