using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>How far two sets of eigenvalues are apart.</summary>
public static class SpectrumDistance
{
    /// <summary>
    /// Wasserstein-1 distance of the two sets as uniform measures: the mean |a_i - b_pi(i)| under the best matching pi
    /// (Redman et al. 2024). Sets of one size; no order is meant. O(r^3).
    /// </summary>
    /// <exception cref="ShapeMismatchException">The sets differ in size or are empty.</exception>
    public static double Wasserstein(ReadOnlySpan<Complex> a, ReadOnlySpan<Complex> b)
    {
        Guard.Length(b.Length, a.Length, "the second spectrum");
        if (a.IsEmpty)
        {
            throw new ShapeMismatchException("the spectra", "at least 1 long", "0");
        }

        var cost = Costs(a, b);
        var (match, sum) = (Assignment.Solve(cost), 0.0);
        for (var i = 0; i < match.Length; i++)
        {
            sum += cost[i, match[i]];
        }

        return sum / a.Length;
    }

    /// <summary>For each eigenvalue of <paramref name="a"/> the index of its partner in b (no shorter).</summary>
    public static int[] Match(ReadOnlySpan<Complex> a, ReadOnlySpan<Complex> b) => Assignment.Solve(Costs(a, b));

    private static Matrix Costs(ReadOnlySpan<Complex> a, ReadOnlySpan<Complex> b)
    {
        var cost = new Matrix(a.Length, b.Length);
        for (var j = 0; j < b.Length; j++)
        {
            for (var i = 0; i < a.Length; i++)
            {
                cost[i, j] = Complex.Abs(a[i] - b[j]);
            }
        }

        return cost;
    }
}
