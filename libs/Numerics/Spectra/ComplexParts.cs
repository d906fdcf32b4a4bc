using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>Products of a real matrix with complex ones, as two real products.</summary>
internal static class ComplexParts
{
    /// <summary>A W.</summary>
    public static ComplexMatrix Times(ILinearAlgebra la, Matrix a, ComplexMatrix w)
    {
        var (re, im) = (la.Multiply(a, Part(w, real: true)), la.Multiply(a, Part(w, real: false)));
        var result = new ComplexMatrix(a.Rows, w.Columns);
        var target = result.AsSpan();
        var reals = re.AsSpan();
        var imaginaries = im.AsSpan();
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = new Complex(reals[i], imaginaries[i]);
        }

        return result;
    }

    /// <summary>Re W or Im W.</summary>
    public static Matrix Part(ComplexMatrix w, bool real)
    {
        var part = new Matrix(w.Rows, w.Columns);
        var source = w.AsSpan();
        var target = part.AsSpan();
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = real ? source[i].Real : source[i].Imaginary;
        }

        return part;
    }

    /// <summary>[[Re W, -Im W], [Im W, Re W]]: the real matrix that acts on [Re b; Im b] as W acts on b.</summary>
    public static Matrix RealForm(ComplexMatrix w)
    {
        var form = new Matrix(2 * w.Rows, 2 * w.Columns);
        for (var j = 0; j < w.Columns; j++)
        {
            for (var i = 0; i < w.Rows; i++)
            {
                form[i, j] = form[i + w.Rows, j + w.Columns] = w[i, j].Real;
                form[i + w.Rows, j] = w[i, j].Imaginary;
                form[i, j + w.Columns] = -w[i, j].Imaginary;
            }
        }

        return form;
    }

    /// <summary>sum of |v_i|^2.</summary>
    public static double SumOfSquares(ReadOnlySpan<Complex> v)
    {
        var sum = 0.0;
        foreach (var value in v)
        {
            sum += (value.Real * value.Real) + (value.Imaginary * value.Imaginary);
        }

        return sum;
    }
}
