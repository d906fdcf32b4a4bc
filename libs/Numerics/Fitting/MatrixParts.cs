using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>Diagonal scalings and blocks: linear-time pieces that need no provider.</summary>
internal static class MatrixParts
{
    /// <summary>Column j multiplied by <paramref name="factors"/>[j], in place; returns the matrix.</summary>
    public static Matrix ScaleColumns(this Matrix matrix, ReadOnlySpan<double> factors)
    {
        for (var j = 0; j < matrix.Columns; j++)
        {
            TensorPrimitives.Multiply(matrix.Column(j), factors[j], matrix.Column(j));
        }

        return matrix;
    }

    /// <summary>Row i multiplied by <paramref name="factors"/>[i], in place; returns the matrix.</summary>
    public static Matrix ScaleRows(this Matrix matrix, ReadOnlySpan<double> factors)
    {
        for (var j = 0; j < matrix.Columns; j++)
        {
            TensorPrimitives.Multiply(matrix.Column(j), factors, matrix.Column(j));
        }

        return matrix;
    }

    /// <summary>
    /// Rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> - 1, copied.
    /// </summary>
    public static Matrix SelectRows(this Matrix matrix, int start, int count)
    {
        var result = new Matrix(count, matrix.Columns);
        for (var j = 0; j < matrix.Columns; j++)
        {
            matrix.Column(j).Slice(start, count).CopyTo(result.Column(j));
        }

        return result;
    }

    /// <summary>Top over bottom, of equal width.</summary>
    public static Matrix Above(this Matrix top, Matrix bottom)
    {
        var stack = new Matrix(top.Rows + bottom.Rows, top.Columns);
        for (var j = 0; j < stack.Columns; j++)
        {
            top.Column(j).CopyTo(stack.Column(j));
            bottom.Column(j).CopyTo(stack.Column(j)[top.Rows..]);
        }

        return stack;
    }

    /// <summary>Left and right side by side, of equal height.</summary>
    public static Matrix Beside(this Matrix left, Matrix right)
    {
        var both = new Matrix(left.Rows, left.Columns + right.Columns);
        left.AsSpan().CopyTo(both.AsSpan());
        right.AsSpan().CopyTo(both.AsSpan()[left.AsSpan().Length..]);
        return both;
    }

    /// <summary>Sum of squares of all elements.</summary>
    public static double Energy(this Matrix matrix) => TensorPrimitives.SumOfSquares<double>(matrix.AsSpan());

    /// <summary>Sum over all elements of a_ij b_ij, for matrices of one shape.</summary>
    public static double Inner(Matrix a, Matrix b) => TensorPrimitives.Dot<double>(a.AsSpan(), b.AsSpan());
}
