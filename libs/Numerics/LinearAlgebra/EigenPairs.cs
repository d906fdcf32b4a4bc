using System.Numerics;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>Brings eigenpairs from a library's layout into the seam's.</summary>
internal static class EigenPairs
{
    /// <summary>Turns ascending values, and their vectors' columns, into descending ones.</summary>
    public static void Reverse(double[] values, Matrix vectors)
    {
        Array.Reverse(values);
        var spare = new double[vectors.Rows];
        for (var (i, j) = (0, vectors.Columns - 1); i < j; i++, j--)
        {
            vectors.Column(i).CopyTo(spare);
            vectors.Column(j).CopyTo(vectors.Column(i));
            spare.CopyTo(vectors.Column(j));
        }
    }

    /// <summary>
    /// LAPACK packs the vectors of a conjugate pair (value with Im &gt; 0 first) as two real columns (Re, Im). Vectors
    /// come out with unit norm.
    /// </summary>
    public static (Complex[] Values, ComplexMatrix Vectors) Unpack(double[] real, double[] imaginary, Matrix packed)
    {
        var n = real.Length;
        var (values, vectors) = (new Complex[n], new ComplexMatrix(n, n));
        for (var j = 0; j < n; j++)
        {
            values[j] = new Complex(real[j], imaginary[j]);
            if (imaginary[j] > 0 && j + 1 < n)
            {
                UnpackPair(packed.Column(j), packed.Column(j + 1), vectors.Column(j), vectors.Column(j + 1));
                values[++j] = new Complex(real[j], imaginary[j]);
            }
            else
            {
                UnpackReal(packed.Column(j), vectors.Column(j));
            }
        }

        return (values, vectors);
    }

    private static void UnpackPair(
        ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary, Span<Complex> vector, Span<Complex> conjugate)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = new Complex(real[i], imaginary[i]);
        }

        Normalise(vector);
        for (var i = 0; i < vector.Length; i++)
        {
            conjugate[i] = Complex.Conjugate(vector[i]);
        }
    }

    private static void UnpackReal(ReadOnlySpan<double> real, Span<Complex> vector)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = real[i];
        }

        Normalise(vector);
    }

    /// <summary>
    /// Scales to unit 2-norm, by the largest element first so that squares neither over- nor underflow. Zero stays.
    /// </summary>
    public static void Normalise(Span<Complex> vector)
    {
        var largest = 0.0;
        foreach (var element in vector)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(element.Real), Math.Abs(element.Imaginary)));
        }

        if (largest == 0)
        {
            return;
        }

        var sum = 0.0;
        foreach (var element in vector)
        {
            var (re, im) = (element.Real / largest, element.Imaginary / largest);
            sum += (re * re) + (im * im);
        }

        var root = Math.Sqrt(sum);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = new Complex(vector[i].Real / largest / root, vector[i].Imaginary / largest / root);
        }
    }
}
