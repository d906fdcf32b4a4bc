using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Spectra;

using MathNet.Numerics.IntegralTransforms;

namespace KoopmanMesh.Numerics.Training;

/// <summary>
/// The negative Sobolev norm of a periodic signal on a regular grid, the mix-norm of Mathew, Mezić and Petzold (2005,
/// Physica D 211; constants are methods P1.7 [R]): ||e||^2 = sum_k w_k |ê_k|^2, w_k = (1 + (2 pi |k| / L)^2)^(-s), ê_k
/// = (1/N) sum_j e_j exp(-2 pi i k j / N). s = 0 is the mean square; larger s hears the coarse scales above the noise.
/// </summary>
/// <param name="index">s, finite; negative values give ordinary Sobolev norms, which punish roughness.</param>
/// <param name="length">L > 0, the period.</param>
public sealed class NegativeSobolevNorm(double index, double length = 1)
{
    private readonly double _index = double.IsFinite(index)
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), index, "the Sobolev index is finite");

    private readonly double _length = length > 0 && double.IsFinite(length)
        ? length
        : throw new ArgumentOutOfRangeException(nameof(length), length, "the period is positive and finite");

    /// <summary>w_k for wave number k.</summary>
    public double Weight(int k) => Math.Pow(1 + Square(2 * Math.PI * k / _length), -_index);

    /// <summary>||e||^2. O(N log N).</summary>
    public double Squared(ReadOnlySpan<double> e)
    {
        var transform = Transform(e);
        var sum = 0.0;
        for (var j = 0; j < transform.Length; j++)
        {
            sum += Weight(WaveNumber(j, e.Length)) * ComplexParts.SumOfSquares([transform[j] / e.Length]);
        }

        return sum;
    }

    /// <summary>The gradient of <see cref="Squared"/>: (2 / N) IFFT(w · FFT(e)), N long. O(N log N).</summary>
    public double[] Gradient(ReadOnlySpan<double> e)
    {
        var transform = Transform(e);
        for (var j = 0; j < transform.Length; j++)
        {
            transform[j] *= 2 * Weight(WaveNumber(j, e.Length)) / e.Length;
        }

        Fourier.Inverse(transform, FourierOptions.Matlab);
        return Array.ConvertAll(transform, value => value.Real);
    }

    /// <summary>
    /// G(k) = w_k / mean(w): how much louder wave number k is heard than white noise, on a grid of N points.
    /// </summary>
    public double Amplification(int k, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        var sum = 0.0;
        for (var j = 0; j < points; j++)
        {
            sum += Weight(WaveNumber(j, points));
        }

        return Weight(k) * points / sum;
    }

    private static Complex[] Transform(ReadOnlySpan<double> e)
    {
        if (e.IsEmpty)
        {
            throw new ShapeMismatchException("the signal", "at least 1 long", "0");
        }

        Guard.Finite(e, "the signal");
        var transform = new Complex[e.Length];
        for (var j = 0; j < e.Length; j++)
        {
            transform[j] = e[j];
        }

        Fourier.Forward(transform, FourierOptions.Matlab);
        return transform;
    }

    private static int WaveNumber(int j, int points) => j <= points / 2 ? j : j - points;

    private static double Square(double x) => x * x;
}
