using System.Numerics;

namespace KoopmanMesh.Numerics.Residuals;

/// <summary>Points of a rectangle of the complex plane, evenly spaced, its edges included.</summary>
/// <param name="Lower">The corner of least real and imaginary part.</param>
/// <param name="Upper">The corner of largest.</param>
/// <param name="Columns">Points along the real axis, ≥ 1.</param>
/// <param name="Rows">Points along the imaginary axis, ≥ 1.</param>
public sealed record ComplexGrid(Complex Lower, Complex Upper, int Columns, int Rows)
{
    /// <summary>Points at most: 1,000 × 1,000.</summary>
    public const long MostPoints = 1_000_000;

    /// <summary>Point (column, row), both 0-based.</summary>
    public Complex this[int column, int row] => new(
        At(Lower.Real, Upper.Real, column, Columns), At(Lower.Imaginary, Upper.Imaginary, row, Rows));

    /// <summary>
    /// A square grid about all eigenvalues and 0, symmetric about the real axis, wider than they are by
    /// <paramref name="margin"/> on each side.
    /// </summary>
    public static ComplexGrid Around(ReadOnlySpan<Complex> eigenvalues, double margin, int points)
    {
        if (!(margin > 0 && double.IsFinite(margin)))
        {
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "the margin is positive and finite");
        }

        var (left, right, top) = (0.0, 0.0, 0.0);
        foreach (var value in eigenvalues)
        {
            (left, right) = (Math.Min(left, value.Real), Math.Max(right, value.Real));
            top = Math.Max(top, Math.Abs(value.Imaginary));
        }

        return new ComplexGrid(
            new Complex(left - margin, -top - margin), new Complex(right + margin, top + margin), points, points);
    }

    /// <summary>Throws unless there are between 1 and <see cref="MostPoints"/> finite points.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)Columns * Rows, MostPoints, "the number of points");
        if (!Complex.IsFinite(Lower) || !Complex.IsFinite(Upper))
        {
            throw new ArgumentException($"the corners of a grid are finite, got {Lower} and {Upper}");
        }
    }

    private static double At(double from, double to, int index, int count) =>
        count == 1 ? from : from + ((to - from) * index / (count - 1));
}
