using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Statistics;

/// <summary>
/// Split conformal prediction: a bound that the score of a new row stays below with probability at least 1 - alpha,
/// whatever the scores' distribution, if the new row and the n calibration rows are exchangeable. The bound is the k-th
/// smallest calibration score, k = ceil((n + 1)(1 - alpha)) (Vovk, Gammerman and Shafer 2005; Lei et al. 2018, Theorem
/// 2.2), and not a quantile of the n scores: that one misses too often.
/// </summary>
/// <remarks>
/// The probability is over both the calibration rows and the new one. Given the calibration rows, the coverage is
/// itself random: Beta(k, n + 1 - k) distributed for continuous scores, of mean k/(n + 1) and standard deviation about
/// sqrt(alpha (1 - alpha)/n); ties only raise it. An alpha stands for the decimal number it was written as: 0.1 is a
/// tenth, so that (n + 1)(1 - alpha) is rounded up from its exact value.
/// </remarks>
public static class ConformalQuantile
{
    /// <summary>k = ceil((n + 1)(1 - alpha)), counted from 1; n + 1 where n rows are too few.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is not inside (0, 1), or rows are less than 0.</exception>
    public static long Order(long rows, double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);

        // ceil(m - m alpha) = m - floor(m alpha) for a whole m; an alpha that its 15 digits round to 1 is less than 1.
        return Math.Max(1, rows + 1 - (long)decimal.Floor((rows + 1m) * Exactly(alpha)));
    }

    /// <summary>Fewest rows with a bound at <paramref name="alpha"/>: ceil(1/alpha) - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is not inside (0, 1).</exception>
    public static long FewestRows(double alpha)
    {
        var fewest = Exactly(alpha) is > 0 and var exact ? Math.Max(1, decimal.Ceiling(1 / exact) - 1) : decimal.MaxValue;
        return fewest < long.MaxValue ? (long)fewest : long.MaxValue;
    }

    /// <summary>The k-th smallest of <paramref name="scores"/>, which are not reordered. O(n log n).</summary>
    /// <exception cref="TooFewRowsException">k is more than n.</exception>
    /// <exception cref="NonFiniteDataException">A score is NaN; infinite ones sort as they should.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is not inside (0, 1).</exception>
    public static double Of(ReadOnlySpan<double> scores, double alpha)
    {
        var order = Order(scores.Length, alpha);
        if (order > scores.Length)
        {
            throw new TooFewRowsException(scores.Length, FewestRows(alpha), alpha);
        }

        var sorted = scores.ToArray();
        if (Array.Exists(sorted, double.IsNaN))
        {
            throw new NonFiniteDataException("the list of calibration scores", double.NaN);
        }

        Array.Sort(sorted);
        return sorted[order - 1];
    }

    // 15 digits, the most that a double keeps of a decimal number.
    private static decimal Exactly(double alpha) => alpha is > 0 and < 1
        ? (decimal)alpha
        : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "alpha was expected inside (0, 1)");
}
