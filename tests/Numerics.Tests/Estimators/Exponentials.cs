using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>Planted sums of exponentials, straight from their closed form.</summary>
internal static class Exponentials
{
    /// <summary>x(t) = sum over exponents of Re(v_j e^(alpha_j t)), v_j seeded; conjugates are not listed.</summary>
    public static Matrix Sum(IReadOnlyList<Complex> exponents, IReadOnlyList<double> times, int n, int seed) =>
        Sum(exponents, times, Matrices.Gaussian(2 * n, exponents.Count, seed));

    /// <summary>The same with modes [Re v; Im v] as columns.</summary>
    public static Matrix Sum(IReadOnlyList<Complex> exponents, IReadOnlyList<double> times, Matrix modes)
    {
        var n = modes.Rows / 2;
        var states = new Matrix(n, times.Count);
        for (var k = 0; k < times.Count; k++)
        {
            for (var j = 0; j < exponents.Count; j++)
            {
                var e = Complex.Exp(exponents[j] * times[k]);
                for (var i = 0; i < n; i++)
                {
                    states[i, k] += (new Complex(modes[i, j], modes[i + n, j]) * e).Real;
                }
            }
        }

        return states;
    }

    public static double[] Even(int count, double step) => [.. Enumerable.Range(0, count).Select(k => k * step)];

    /// <summary>Ascending, spacings between half and three halves of the step.</summary>
    public static double[] Uneven(int count, double step, int seed)
    {
        var (random, times) = (new Random(seed), new double[count]);
        for (var k = 1; k < count; k++)
        {
            times[k] = times[k - 1] + (step * (0.5 + random.NextDouble()));
        }

        return times;
    }

    public static Matrix Noisy(Matrix states, double sigma, int seed)
    {
        var (noisy, noise) = (states.Copy(), Matrices.Gaussian(states.Rows, states.Columns, seed));
        for (var i = 0; i < noisy.AsSpan().Length; i++)
        {
            noisy.AsSpan()[i] += sigma * noise.AsSpan()[i];
        }

        return noisy;
    }

    /// <summary>Largest distance from a planted value to the nearest one found.</summary>
    public static double Worst(IEnumerable<Complex> planted, IEnumerable<Complex> found) =>
        planted.Max(p => found.Min(f => Complex.Abs(p - f)));
}
