using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Statistics;

/// <summary>
/// Quantiles by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, NumPy's default).
/// </summary>
public static class Quantiles
{
    /// <summary>
    /// The quantile at fraction q: position h = (n - 1) q among the sorted values, interpolated between its neighbours.
    /// Infinite values sort as they should. O(n log n); the values are not reordered.
    /// </summary>
    /// <exception cref="NonFiniteDataException">A value is NaN.</exception>
    public static double At(ReadOnlySpan<double> values, double q) => At(values, [q])[0];

    /// <summary>Several quantiles of the same values, sorted once.</summary>
    /// <exception cref="NonFiniteDataException">A value is NaN.</exception>
    public static double[] At(ReadOnlySpan<double> values, ReadOnlySpan<double> fractions)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException(
                "a quantile of no values was asked for, at least one was expected", nameof(values));
        }

        var sorted = values.ToArray();
        if (Array.Exists(sorted, double.IsNaN))
        {
            throw new NonFiniteDataException("the list to take quantiles of", double.NaN);
        }

        Array.Sort(sorted);
        var result = new double[fractions.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Interpolate(sorted, fractions[i]);
        }

        return result;
    }

    private static double Interpolate(double[] sorted, double q)
    {
        if (!(q >= 0 && q <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(q), q, "the fraction of a quantile lies in [0, 1]");
        }

        var position = (sorted.Length - 1) * q;
        var below = (int)Math.Min(Math.Floor(position), sorted.Length - 1);
        var above = Math.Min(below + 1, sorted.Length - 1);
        var (low, high, part) = (sorted[below], sorted[above], position - below);

        // low + part (high - low) would be NaN for an infinite low.
        return part == 0 || low == high || double.IsInfinity(low) ? low : low + (part * (high - low));
    }
}
