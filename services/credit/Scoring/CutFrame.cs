using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// The directions of one cut that the canonical metric measures: the principal axes of its covariance S, by descending
/// variance, as many as exceed a fraction of the largest (methods P0.11).
/// </summary>
/// <param name="Axes">
/// n × n, principal axes in columns; null when the coordinates are them already, as those of a fit's basis are.
/// </param>
/// <param name="Kept">How many of them count.</param>
internal sealed record CutFrame(Matrix? Axes, int Kept)
{
    /// <summary>
    /// Below this fraction of the largest, a variance is its rounding, whatever tolerance was asked for.
    /// </summary>
    public const double SmallestFraction = 1e-13;

    // Off-diagonal remains of a covariance in the axes of its own eigenvectors, relative to its largest variance.
    private const double DiagonalTolerance = 1e-10;

    /// <summary>
    /// The frame of a covariance or scatter matrix (both triangles filled); their scale plays no part.
    /// </summary>
    public static CutFrame Of(Matrix covariance, double tolerance, ILinearAlgebra la)
    {
        var fraction = Math.Max(tolerance, SmallestFraction);
        if (covariance.Rows == 0)
        {
            return new CutFrame(null, 0);
        }

        if (IsPrincipal(covariance))
        {
            return new CutFrame(null, CountAbove(fraction, Diagonal(covariance)));
        }

        var (values, vectors) = la.SymmetricEigen(covariance);
        return new CutFrame(vectors, CountAbove(fraction, values));
    }

    /// <summary>S in the axes: E' S E, or S itself when the coordinates are the axes.</summary>
    public Matrix Rotate(Matrix covariance, ILinearAlgebra la) => Axes is null
        ? covariance
        : la.Multiply(Axes, la.Multiply(covariance, Axes), transposeA: true);

    /// <summary>Rows in the axes: E' A, or A itself.</summary>
    public Matrix ToAxes(Matrix rows, ILinearAlgebra la) =>
        Axes is null ? rows : la.Multiply(Axes, rows, transposeA: true);

    /// <summary>The way back: E A, or A itself.</summary>
    public Matrix FromAxes(Matrix rows, ILinearAlgebra la) =>
        Axes is null ? rows : la.Multiply(Axes, rows);

    /// <summary>The leading block of a matrix; the matrix itself when that is all of it.</summary>
    public static Matrix Leading(Matrix a, int order)
    {
        if (order == a.Rows)
        {
            return a;
        }

        var block = new Matrix(order, order);
        for (var j = 0; j < order; j++)
        {
            a.Column(j)[..order].CopyTo(block.Column(j));
        }

        return block;
    }

    /// <summary>The leading rows of a matrix; the matrix itself when that is all of it.</summary>
    public static Matrix LeadingRows(Matrix a, int count)
    {
        if (count == a.Rows)
        {
            return a;
        }

        var rows = new Matrix(count, a.Columns);
        for (var j = 0; j < a.Columns; j++)
        {
            a.Column(j)[..count].CopyTo(rows.Column(j));
        }

        return rows;
    }

    private static double[] Diagonal(Matrix a)
    {
        var diagonal = new double[a.Rows];
        for (var i = 0; i < diagonal.Length; i++)
        {
            diagonal[i] = a[i, i];
        }

        return diagonal;
    }

    private static int CountAbove(double fraction, double[] descending)
    {
        var largest = descending[0];
        var kept = 0;
        while (kept < descending.Length && descending[kept] > 0 && descending[kept] > fraction * largest)
        {
            kept++;
        }

        return kept;
    }

    private static bool IsPrincipal(Matrix covariance)
    {
        var bound = DiagonalTolerance * covariance[0, 0];
        for (var j = 1; j < covariance.Columns; j++)
        {
            var ascends = covariance[j, j] > covariance[j - 1, j - 1] + bound;
            var coupling = Math.Abs(TensorPrimitives.MaxMagnitude<double>(covariance.Column(j)[..j]));
            if (ascends || !(coupling <= bound))
            {
                return false;
            }
        }

        return true;
    }
}
