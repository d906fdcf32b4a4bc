using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// What every method is spared from: numbers that are not finite, named by where they stand, and data whose squares, or
/// the squares of those, would leave the range of a double.
/// </summary>
internal static class SnapshotChecks
{
    /// <summary>Largest and smallest magnitude that the largest number of the data may have.</summary>
    public const double Largest = 1e100;

    /// <summary>As <see cref="Largest"/>; all zeros are allowed.</summary>
    public const double Smallest = 1e-100;

    /// <summary>
    /// Checks matrices that belong together, e.g. trajectories or the two sides of pairs, in one pass; errors name the
    /// row as a feature, the column as <paramref name="where"/> has it, both 0-based.
    /// </summary>
    public static void Data(IReadOnlyList<Matrix> data, Func<int, (string Column, string Of)> where)
    {
        var largest = 0.0;
        for (var i = 0; i < data.Count; i++)
        {
            var (column, of) = where(i);
            largest = Math.Max(largest, Magnitude(data[i], column, of));
        }

        Scale(largest, Smallest);
    }

    /// <summary>
    /// Checks a part of a stream: the whole may be of a size that a part need not be, so that no part is too small.
    /// </summary>
    public static void Chunk(Matrix chunk, string column, string of) => Scale(Magnitude(chunk, column, of), 0);

    private static void Scale(double data, double smallest)
    {
        if (data != 0 && !(data >= smallest && data <= Largest))
        {
            throw new ArgumentOutOfRangeException(
                nameof(data), data, "the largest magnitude of the data lies between 1E-100 and 1E+100, beyond which "
                + "products of products leave the range of a double: scale the data, which changes no eigenvalue");
        }
    }

    private static double Magnitude(Matrix matrix, string column, string of)
    {
        var largest = Guard.LargestMagnitude(matrix.AsSpan());
        if (double.IsFinite(largest))
        {
            return largest;
        }

        var index = matrix.AsSpan().IndexOfNonFinite();
        throw new NonFiniteDataException(
            FormattableString.Invariant($"feature {index % matrix.Rows} of {column} {index / matrix.Rows} of {of}"),
            matrix.AsSpan()[index]);
    }

    private static int IndexOfNonFinite(this Span<double> values)
    {
        var index = 0;
        while (double.IsFinite(values[index]))
        {
            index++;
        }

        return index;
    }
}
