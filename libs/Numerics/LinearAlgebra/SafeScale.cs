using System.Numerics.Tensors;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// What LAPACK's drivers do themselves and MathNet's don't: a matrix whose largest element is so big or small that
/// squares over- or underflow is decomposed at unit scale. Factors are powers of two, so scaling rounds nothing.
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
        if (magnitude is 0 or (>= Smallest and <= Largest) || !double.IsFinite(magnitude))
        {
            return (a, 1);
        }

        var factor = Math.ScaleB(1, -Math.Clamp(Math.ILogB(magnitude), -1000, 1000));
        var scaled = a.Copy();
        TensorPrimitives.Multiply(scaled.AsSpan(), factor, scaled.AsSpan());
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
}
