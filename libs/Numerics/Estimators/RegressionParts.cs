using System.Globalization;
using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>What the regressions share.</summary>
internal static class RegressionParts
{
    /// <summary>What a rank rule knows of a matrix with <paramref name="rows"/> rows made of these pairs.</summary>
    public static SpectrumShape Shape(LiftedPairs lifted, int rows)
    {
        var shape = new SpectrumShape(rows, (int)Math.Min(lifted.Count, int.MaxValue));
        return lifted.Squared ? shape with { RelativeFloor = SpectrumShape.SquaredFloor(rows) } : shape;
    }

    /// <summary>U, S, V' of a matrix, no directions at all when it is zero.</summary>
    public static (Matrix U, double[] S, Matrix Vt) Svd(Matrix a, ILinearAlgebra la) =>
        Guard.LargestMagnitude(a.AsSpan()) == 0
            ? (new Matrix(a.Rows, 0), [], new Matrix(0, a.Columns))
            : la.ThinSvd(a);

    /// <summary>A^(-1) by singular values, or null when A (k × k) is singular to rounding.</summary>
    public static Matrix? Inverse(Matrix a, ILinearAlgebra la)
    {
        var (u, s, vt) = Svd(a, la);
        if (s.Length < a.Rows || s.Length > 0 && s[^1] <= a.Rows * Rounding.Unit * s[0])
        {
            return null;
        }

        return la.Multiply(vt.ScaleRows(Array.ConvertAll(s, value => 1 / value)), u, true, true);
    }

    /// <summary>
    /// ||B w - lambda C w|| / ||C w|| for each eigenpair: how far C w is from a mode of the operator that takes C z
    /// to B z.
    /// </summary>
    public static double[] Residuals(
        Matrix b, Matrix c, ReadOnlySpan<Complex> values, ComplexMatrix vectors, ILinearAlgebra la)
    {
        var (image, mode) = (ComplexParts.Times(la, b, vectors), ComplexParts.Times(la, c, vectors));
        var residuals = new double[values.Length];
        for (var j = 0; j < residuals.Length; j++)
        {
            var difference = image.Column(j);
            var w = mode.Column(j);
            var norm = Math.Sqrt(ComplexParts.SumOfSquares(w));
            for (var i = 0; i < w.Length; i++)
            {
                difference[i] -= values[j] * w[i];
            }

            var residual = Math.Sqrt(ComplexParts.SumOfSquares(difference));
            residuals[j] = norm == 0 ? residual : residual / norm;
        }

        return residuals;
    }

    /// <summary>
    /// The regression with Atil forced on the span of U; residuals are those of its eigenpairs under the unconstrained
    /// image B of least squares, so that they say how much the data objects to the constraint.
    /// </summary>
    public static Regression Constrained(SnapshotBasis leastSquares, Matrix atil, ILinearAlgebra la)
    {
        var basis = leastSquares with { B = la.Multiply(leastSquares.U, atil) };
        var spectrum = RitzPairs.Of(basis, refine: 0, la);
        return new Regression(WithResiduals(spectrum, leastSquares, la));
    }

    /// <summary>The spectrum with the residuals of its own eigenpairs under the image of least squares.</summary>
    public static DmdSpectrum WithResiduals(DmdSpectrum spectrum, SnapshotBasis leastSquares, ILinearAlgebra la)
    {
        var residuals = Residuals(
            leastSquares.B, leastSquares.U, spectrum.Eigenvalues.Span, spectrum.Vectors, la);
        return spectrum with { Residuals = residuals, RitzResiduals = residuals };
    }

    /// <summary>Numbers as the invariant culture writes them.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
