namespace KoopmanMesh.Credit.Scoring;

/// <summary>Gains, shares and places of one telescoping series of credits (methods P0.6).</summary>
internal static class Ranking
{
    // Nats: rounding of a log-volume of some hundred directions. Below it there is nothing to share.
    private const double Nothing = 1e-10;

    /// <summary>One entry for each component, from the volumes of the cuts 0 … L.</summary>
    public static RankedCredit[] Of(Volume?[] volumes)
    {
        var credits = Credits(volumes);
        var shares = Shares(credits);
        var places = Places(credits);
        var ranked = new RankedCredit[credits.Length];
        for (var i = 0; i < ranked.Length; i++)
        {
            var (before, after) = (volumes[i]?.Rank ?? 0, volumes[i + 1]?.Rank ?? 0);
            double? gain = credits[i] is { } credit ? Math.Exp(credit / before) : null;
            ranked[i] = new RankedCredit(credits[i], gain, shares[i], places[i], before, after);
        }

        return ranked;
    }

    /// <summary>C_i = V_{i-1} - V_i; null where either volume is.</summary>
    public static double?[] Credits(Volume?[] volumes)
    {
        var credits = new double?[volumes.Length - 1];
        for (var i = 0; i < credits.Length; i++)
        {
            credits[i] = volumes[i]?.Log - volumes[i + 1]?.Log;
        }

        return credits;
    }

    /// <summary>|C|, zero where it is but rounding, so that orders don't turn on rounding.</summary>
    public static double[] Magnitudes(IEnumerable<double> credits) =>
        credits.Select(credit => Math.Abs(credit) <= Nothing ? 0 : Math.Abs(credit)).ToArray();

    private static double[] Shares(double?[] credits)
    {
        var defined = credits.Count(credit => credit is not null);
        var sum = credits.Sum(credit => Math.Abs(credit ?? 0));
        return Array.ConvertAll(credits, credit => credit switch
        {
            null => 0,
            _ when sum <= Nothing * defined => 1.0 / defined,
            { } value => Math.Abs(value) / sum,
        });
    }

    private static int[] Places(double?[] credits)
    {
        var places = new int[credits.Length];
        var order = Enumerable.Range(0, credits.Length)
            .Where(i => credits[i] is not null)
            .OrderByDescending(i => Math.Abs(credits[i]!.Value));
        var place = 0;
        foreach (var i in order)
        {
            places[i] = ++place;
        }

        return places;
    }
}
