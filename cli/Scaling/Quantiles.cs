namespace KoopmanMesh.Cli.Scaling;

/// <summary>Three quartiles of repeated measurements.</summary>
/// <param name="Low">A quarter is at or below.</param>
/// <param name="Median">Half is at or below.</param>
/// <param name="High">Three quarters are at or below.</param>
internal sealed record Spread(double Low, double Median, double High)
{
    public static Spread Of(IReadOnlyCollection<double> values) => new(
        Quantiles.Of(values, 0.25), Quantiles.Of(values, 0.5), Quantiles.Of(values, 0.75));
}

/// <summary>How long pieces of work take: half of them at most this, all but one in twenty, all but one in a
/// hundred.</summary>
internal sealed record Percentiles(double P50, double P95, double P99)
{
    public static Percentiles Of(IReadOnlyCollection<double> values) => new(
        Quantiles.Of(values, 0.5), Quantiles.Of(values, 0.95), Quantiles.Of(values, 0.99));
}

/// <summary>Quantiles of a sample.</summary>
internal static class Quantiles
{
    /// <summary>
    /// The <paramref name="q"/>-quantile, interpolated linearly between order statistics at (n − 1) q (type 7 of
    /// Hyndman and Fan 1996, NumPy's default). NaN of nothing.
    /// </summary>
    public static double Of(IReadOnlyCollection<double> values, double q)
    {
        if (values.Count == 0)
        {
            return double.NaN;
        }

        var sorted = values.Order().ToArray();
        var place = (sorted.Length - 1) * q;
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
