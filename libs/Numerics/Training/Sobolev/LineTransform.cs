using System.Numerics;

using MathNet.Numerics.IntegralTransforms;

namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>
/// One line of a grid, transformed in place: a DFT where it is periodic, a DCT-II by the DFT of its even extension (2N
/// points) where it is not. Lines hold <see cref="LengthOf"/> numbers, of which N are the signal or the coefficients.
/// </summary>
internal static class LineTransform
{
    public static int LengthOf(GridAxis axis) =>
        axis.Boundary == GridBoundary.Even ? checked(2 * axis.Points) : axis.Points;

    /// <summary>e becomes F e.</summary>
    public static void Analyze(GridAxis axis, Complex[] line)
    {
        if (axis.Boundary == GridBoundary.Even)
        {
            Extend(line, axis.Points);
        }

        Fourier.Forward(line, FourierOptions.NoScaling);
        var scale = 1.0 / line.Length;
        for (var k = 0; k < axis.Points; k++)
        {
            // The extension's middle lies half a cell left of its first point: a phase that makes the DCT real.
            line[k] *= axis.Boundary == GridBoundary.Even ? scale * HalfStep(-k, line.Length) : scale;
        }
    }

    /// <summary>c becomes F^H c, for F^H the conjugate transpose of <see cref="Analyze"/>.</summary>
    public static void Adjoint(GridAxis axis, Complex[] line)
    {
        if (axis.Boundary == GridBoundary.Even)
        {
            Symmetrize(line, axis.Points);
        }

        Fourier.Inverse(line, FourierOptions.NoScaling);
        var scale = 1.0 / axis.Points;
        for (var j = 0; j < axis.Points; j++)
        {
            line[j] *= scale;
        }
    }

    private static void Extend(Complex[] line, int points)
    {
        for (var j = 0; j < points; j++)
        {
            line[^(j + 1)] = line[j];
        }
    }

    // sum_k c_k cos(pi k (j + 1/2) / N) as an inverse DFT of 2N points.
    private static void Symmetrize(Complex[] line, int points)
    {
        line[points] = Complex.Zero;
        for (var k = 1; k < points; k++)
        {
            var half = line[k] / 2;
            line[k] = half * HalfStep(k, line.Length);
            line[^k] = half * HalfStep(-k, line.Length);
        }
    }

    // exp(2 pi i k (1/2) / length).
    private static Complex HalfStep(int k, int length)
    {
        var (sin, cos) = Math.SinCos(Math.PI * k / length);
        return new Complex(cos, sin);
    }
}
