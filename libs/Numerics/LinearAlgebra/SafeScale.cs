using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// What LAPACK's drivers do themselves, and neither MathNet's nor our own inverse iteration: a matrix whose largest
/// element is so big or small that squares over- or underflow is decomposed at unit scale. Factors are powers of two,
/// so scaling rounds nothing.
/// </summary>
internal static class SafeScale
{
    // MathNet takes what is below about 1e-15 for equal, whatever the size of the rest.
    private const double Smallest = 0.5;
    private const double Largest = 1e100;

    /// <summary>
    /// The matrix at a safe scale, and the factor it was multiplied by; the matrix itself and 1 where it was safe.
    /// </summary>
    public static (Matrix Scaled, double Factor) Apply(Matrix a)
    {
        var magnitude = a.AsSpan().IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(a.AsSpan()));
        var factor = Factor(magnitude);
        if (factor == 1)
        {
            return (a, 1);
        }

        var scaled = a.Copy();
        TensorPrimitives.Multiply(scaled.AsSpan(), factor, scaled.AsSpan());
        return (scaled, factor);
    }

    /// <summary>The same for a complex matrix, of finite elements.</summary>
    public static (ComplexMatrix Scaled, double Factor) Apply(ComplexMatrix a)
    {
        var magnitude = 0.0;
        foreach (var element in a.AsSpan())
        {
            magnitude = Math.Max(magnitude, Math.Max(Math.Abs(element.Real), Math.Abs(element.Imaginary)));
        }

        var factor = Factor(magnitude);
        if (factor == 1)
        {
            return (a, 1);
        }

        var scaled = new ComplexMatrix(a.Rows, a.Columns);
        for (var i = 0; i < a.AsSpan().Length; i++)
        {
            var element = a.AsSpan()[i];
            scaled.AsSpan()[i] = new Complex(element.Real * factor, element.Imaginary * factor);
        }

        return (scaled, factor);
    }

    /// <summary>Takes values of the scaled matrix back to the scale of the original.</summary>
    public static void Undo(Span<double> values, double factor)
    {
        if (factor != 1)
        {
            TensorPrimitives.Divide(values, factor, values);
        }
    }

    private static double Factor(double magnitude) =>
        magnitude is 0 or (>= Smallest and <= Largest) || !double.IsFinite(magnitude)
            ? 1
            : Math.ScaleB(1, -Math.Clamp(Math.ILogB(magnitude), -1000, 1000));
}
