using System.Numerics.Tensors;

namespace KoopmanMesh.Capture.Replacing.Bounding;

/// <summary>How far two rows of numbers are apart.</summary>
/// <param name="Largest">max |a - b|, rounded up to float32.</param>
/// <param name="Norm">|a - b|, Euclidean, rounded up to float32.</param>
/// <param name="Flips">Whether the largest value is elsewhere, or b is not finite.</param>
internal readonly record struct RowDifference(float Largest, float Norm, bool Flips)
{
    /// <summary>Compares row <paramref name="row"/> of two [rows, width] matrices.</summary>
    public static RowDifference Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int row, int rows)
    {
        var width = a.Length / rows;
        var left = a.Slice(row * width, width);
        var right = b.Slice(row * width, width);
        var (largest, squares) = (0.0, 0.0);
        for (var i = 0; i < width; i++)
        {
            // What is no number is infinitely far off, and bounds say so.
            var difference = Math.Abs((double)left[i] - right[i]);
            difference = double.IsNaN(difference) ? double.PositiveInfinity : difference;
            largest = Math.Max(largest, difference);
            squares += difference * difference;
        }

        return new RowDifference(
            Up(largest), Up(Math.Sqrt(squares)),
            TensorPrimitives.IndexOfMax(left) != TensorPrimitives.IndexOfMax(right)
            || !TensorPrimitives.IsFiniteAll(right));
    }

    /// <summary>The nearest float32 from above: what is bounded must not shrink on the way.</summary>
    private static float Up(double value)
    {
        var narrow = (float)value;
        return narrow < value ? MathF.BitIncrement(narrow) : narrow;
    }
}
