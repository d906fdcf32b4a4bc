using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Operators;

/// <summary>W^(-1), whose rows turn the coordinates z of a state into its eigenfunctions.</summary>
internal sealed class EigenCoordinates
{
    // Eigenvalues of a defective matrix come out sqrt(eps) apart and their vectors as near to each other; only what is
    // dependent to rounding is given up.
    private const double Dependence = 1e-14;

    private readonly ComplexMatrix _inverse;

    private EigenCoordinates(ComplexMatrix inverse) => _inverse = inverse;

    /// <summary>The pseudo-inverse of eigenvectors, r × r. O(r^3).</summary>
    public static EigenCoordinates Of(ComplexMatrix vectors, ILinearAlgebra la)
    {
        var r = vectors.Columns;
        if (r == 0)
        {
            return new EigenCoordinates(new ComplexMatrix(0, 0));
        }

        var (u, s, vt) = la.ThinSvd(ComplexParts.RealForm(vectors));
        var inverse = Array.ConvertAll(s, value => value > Dependence * s[0] ? 1 / value : 0);

        // Of [[Re, -Im], [Im, Re]] the left half says everything.
        var half = la.Multiply(vt, u.SelectRows(0, r).Transpose().ScaleRows(inverse), transposeA: true);
        var result = new ComplexMatrix(r, r);
        for (var j = 0; j < r; j++)
        {
            for (var i = 0; i < r; i++)
            {
                result[i, j] = new Complex(half[i, j], half[i + r, j]);
            }
        }

        return new EigenCoordinates(result);
    }

    /// <summary>W^(-1) z for each column of z.</summary>
    public ComplexMatrix Of(Matrix z, ILinearAlgebra la)
    {
        var (re, im) = (la.Multiply(ComplexParts.Part(_inverse, real: true), z),
            la.Multiply(ComplexParts.Part(_inverse, real: false), z));
        var values = new ComplexMatrix(re.Rows, re.Columns);
        for (var j = 0; j < re.Columns; j++)
        {
            for (var i = 0; i < re.Rows; i++)
            {
                values[i, j] = new Complex(re[i, j], im[i, j]);
            }
        }

        return values;
    }

    /// <summary>Row j: the coefficients of eigenfunction j over the coordinates z.</summary>
    public Complex[] Row(int j)
    {
        var row = new Complex[_inverse.Columns];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = _inverse[j, i];
        }

        return row;
    }
}
