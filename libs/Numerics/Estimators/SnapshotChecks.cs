using System.Numerics.Tensors;

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
    /// Checks a part of a stream and returns its largest magnitude: the whole may be of a size that a part need not be,
    /// so that no part is too small.
    /// </summary>
    public static double Chunk(ReadOnlySpan<double> values, Func<int, string> place)
    {
        var largest = Magnitude(values, place);
        Scale(largest, 0);
        return largest;
    }

    /// <summary>The same of a matrix.</summary>
    public static void Chunk(Matrix chunk, string column, string of) =>
        Scale(Magnitude(chunk, column, of), 0);

    /// <summary>The same of numbers that are never too large.</summary>
    public static void Chunk(ReadOnlySpan<float> values, Func<int, string> place)
    {
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return;
        }

        var index = 0;
        while (float.IsFinite(values[index]))
        {
            index++;
        }

        throw new NonFiniteDataException(place(index), values[index]);
    }

    /// <summary>Checks what the parts of a stream came to, by the largest of their magnitudes.</summary>
    public static void Whole(double largest) => Scale(largest, Smallest);

    /// <summary>Checks a block of pairs, both n × k, whole before any of it is learned.</summary>
    public static void Block(Matrix x, Matrix y, int width)
    {
        Guard.Shape(x, width, x.Columns, "the block of snapshots");
        Guard.Shape(y, width, x.Columns, "the block of successors");
        Chunk(x, "snapshot", "the block");
        Chunk(y, "successor", "the block");
    }

    /// <summary>Throws unless there are inputs exactly when the method takes them.</summary>
    public static void Inputs(IEstimator estimator, bool takes, bool given)
    {
        if (takes != given)
        {
            throw new ShapeMismatchException(
                $"the data of {estimator.Name}", takes ? "with inputs" : "without inputs", given ? "inputs" : "none");
        }
    }

    private static void Scale(double data, double smallest)
    {
        if (data != 0 && !(data >= smallest && data <= Largest))
        {
            throw new ArgumentOutOfRangeException(
                nameof(data), data, "the largest magnitude of the data lies between 1E-100 and 1E+100, beyond which "
                + FormattableString.Invariant($"products of products leave the range of a double, got {data:0.##E+0}: ")
                + "scale the data, which changes no eigenvalue");
        }
    }

    private static double Magnitude(Matrix matrix, string column, string of) => Magnitude(
        matrix.AsSpan(), i => FormattableString.Invariant(
            $"feature {i % matrix.Rows} of {column} {i / matrix.Rows} of {of}"));

    private static double Magnitude(ReadOnlySpan<double> values, Func<int, string> place)
    {
        var largest = Guard.LargestMagnitude(values);
        if (double.IsFinite(largest))
        {
            return largest;
        }

        var index = 0;
        while (double.IsFinite(values[index]))
        {
            index++;
        }

        throw new NonFiniteDataException(place(index), values[index]);
    }
}
