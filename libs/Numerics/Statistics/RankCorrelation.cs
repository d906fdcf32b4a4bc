using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Statistics;

/// <summary>
/// Agreement of two orderings, in [-1, 1]; null when either list has fewer than two different values, for then there is
/// no ordering to agree with. Infinite values are the largest and smallest; NaN is refused.
/// </summary>
public static class RankCorrelation
{
    /// <summary>Spearman's rho: Pearson's correlation of the ranks, ties sharing their mean rank. O(n log n).</summary>
    /// <exception cref="NonFiniteDataException">A value is NaN.</exception>
    public static double? Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        return Pearson(Ranks.Of(x), Ranks.Of(y));
    }

    /// <summary>
    /// Kendall's tau-b: (concordant - discordant) / sqrt((n0 - ties in x)(n0 - ties in y)), n0 = n(n - 1)/2. O(n^2).
    /// </summary>
    /// <exception cref="NonFiniteDataException">A value is NaN.</exception>
    public static double? Kendall(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        var (score, untiedX, untiedY) = (0L, 0L, 0L);
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (x[i].CompareTo(x[j]), y[i].CompareTo(y[j]));
                score += a * b;
                untiedX += a * a;
                untiedY += b * b;
            }
        }

        return untiedX == 0 || untiedY == 0 ? null : score / Math.Sqrt((double)untiedX * untiedY);
    }

    internal static double? Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (meanX, meanY) = (Mean(x), Mean(y));
        var (xy, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }

        return xx == 0 || yy == 0 ? null : Math.Clamp(xy / Math.Sqrt(xx * yy), -1, 1);
    }

    internal static void Check(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Guard.Length(y.Length, x.Length, "the second list to correlate");
        foreach (var list in (double[][])[x.ToArray(), y.ToArray()])
        {
            if (Array.Exists(list, double.IsNaN))
            {
                throw new NonFiniteDataException("a list to correlate", double.NaN);
            }
        }
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
