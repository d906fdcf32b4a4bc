namespace KoopmanMesh.Numerics.Statistics;

/// <summary>One-sided permutation test: could an agreement this large come from an ordering at random?</summary>
public static class PermutationTest
{
    // Sums in another order differ by round-off; an equal statistic must count as equal.
    private const double Tie = 1e-12;

    /// <summary>
    /// p = (1 + number of shuffles with rho ≥ the observed one) / (1 + <paramref name="shuffles"/>) for Spearman's rho;
    /// never 0, and the same for the same seed. Null where rho is. O(shuffles · n).
    /// </summary>
    public static double? Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int shuffles, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shuffles, 1);
        RankCorrelation.Check(x, y);
        return PValue(Ranks.Of(x), Ranks.Of(y), shuffles, seed, RankCorrelation.Pearson);
    }

    /// <summary>The same for Kendall's tau-b. O(shuffles · n^2).</summary>
    public static double? Kendall(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int shuffles, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shuffles, 1);
        RankCorrelation.Check(x, y);
        return PValue(Ranks.Of(x), Ranks.Of(y), shuffles, seed, RankCorrelation.Kendall);
    }

    private delegate double? Statistic(ReadOnlySpan<double> x, ReadOnlySpan<double> y);

    private static double? PValue(double[] x, double[] y, int shuffles, int seed, Statistic statistic)
    {
        if (statistic(x, y) is not { } observed)
        {
            return null;
        }

        var random = new Random(seed);
        var atLeast = 1;
        for (var i = 0; i < shuffles; i++)
        {
            random.Shuffle(y);
            atLeast += statistic(x, y) >= observed - Tie ? 1 : 0;
        }

        return atLeast / (1.0 + shuffles);
    }
}
