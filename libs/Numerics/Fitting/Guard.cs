using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>The checks at the public doors; below them arguments are trusted.</summary>
internal static class Guard
{
    /// <summary>Throws when any of <paramref name="values"/> is NaN or infinite; one pass.</summary>
    public static void Finite(ReadOnlySpan<double> values, string what)
    {
        var largest = LargestMagnitude(values);
        if (!double.IsFinite(largest))
        {
            throw new NonFiniteDataException(what, largest);
        }
    }

    /// <summary>Throws when any element is NaN or infinite; a large matrix is read by all cores.</summary>
    public static void Finite(Matrix matrix, string what)
    {
        var largest = new double[Math.Max(1, matrix.Columns)];
        ParallelProducts.Columns(matrix.Columns, matrix.AsMemory().Length, (start, count) =>
            largest[start] = LargestMagnitude(matrix.AsSpan().Slice(start * matrix.Rows, count * matrix.Rows)));
        Finite(largest, what);
    }

    /// <summary>max |v|, 0 when there is none, NaN when any is NaN.</summary>
    public static double LargestMagnitude(ReadOnlySpan<double> values) =>
        values.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(values));

    /// <summary>Throws unless the matrix has exactly the shape rows × columns.</summary>
    public static void Shape(Matrix matrix, int rows, int columns, string what)
    {
        if (matrix.Rows != rows || matrix.Columns != columns)
        {
            throw new ShapeMismatchException(what, $"{rows} x {columns}", $"{matrix.Rows} x {matrix.Columns}");
        }
    }

    /// <summary>Throws unless <paramref name="actual"/> = <paramref name="expected"/>.</summary>
    public static void Length(int actual, int expected, string what)
    {
        if (actual != expected)
        {
            throw new ShapeMismatchException(what, $"{expected} long", $"{actual}");
        }
    }
}
