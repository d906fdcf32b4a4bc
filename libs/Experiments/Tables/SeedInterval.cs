namespace KoopmanMesh.Experiments.Tables;

/// <summary>
/// Mean of one number over seeds, with Student's 95 % interval m ± t s / sqrt(n) of the mean and m ± t s sqrt(1 + 1/n)
/// of one network more: the latter is what a published number of a single network is to be held against.
/// </summary>
public sealed record SeedInterval
{
    // t with P(|T| > t) = 0.05 for 1, 2, … degrees of freedom.
    private static readonly double[] _t =
    [
        12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
        2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963,
        2.079614, 2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.045230,
    ];

    private const double Normal = 1.959963984540054;

    private SeedInterval(int count, double mean, double? half, double? one) =>
        (Count, Mean, HalfWidth, OneMore) = (count, mean, half, one);

    /// <summary>n.</summary>
    public int Count { get; }

    /// <summary>m.</summary>
    public double Mean { get; }

    /// <summary>t s / sqrt(n); null for one seed, which says nothing of others.</summary>
    public double? HalfWidth { get; }

    /// <summary>t s sqrt(1 + 1/n); null for one seed.</summary>
    public double? OneMore { get; }

    /// <summary>Of at least one value.</summary>
    public static SeedInterval Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count < 1)
        {
            throw new ArgumentException("an interval is of at least one value, got none", nameof(values));
        }

        var (n, mean) = (values.Count, values.Average());
        if (n == 1)
        {
            return new SeedInterval(1, mean, null, null);
        }

        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (n - 1));
        var t = n - 2 < _t.Length ? _t[n - 2] : Expanded(n - 1);
        return new SeedInterval(
            n, mean, t * deviation / Math.Sqrt(n), t * deviation * Math.Sqrt(1 + (1.0 / n)));
    }

    // Cornish and Fisher's expansion of Student's quantile (Abramowitz and Stegun 26.7.5), within 1e-7 from 30 on.
    private static double Expanded(int freedom)
    {
        var (z, square, v) = (Normal, Normal * Normal, (double)freedom);
        var first = z * (square + 1) / 4;
        var second = z * ((((5 * square) + 16) * square) + 3) / 96;
        var third = z * ((((((3 * square) + 19) * square) + 17) * square) - 15) / 384;
        var fourth = z * ((((((((79 * square) + 776) * square) + 1482) * square) - 1920) * square) - 945) / 92160;
        return z + ((first + ((second + ((third + (fourth / v)) / v)) / v)) / v);
    }

    /// <summary>How far a published number is from this.</summary>
    public Departure Against(double published) => (HalfWidth, OneMore) switch
    {
        ({ } half, _) when Math.Abs(published - Mean) <= half => Departure.None,
        (_, { } one) when Math.Abs(published - Mean) <= one => Departure.OfMean,
        (null, _) => Departure.Unknown,
        _ => Departure.OfNetworks,
    };
}

/// <summary>Whether a published number lies in the intervals of measured ones.</summary>
public enum Departure
{
    /// <summary>In the interval of the mean.</summary>
    None,

    /// <summary>One seed: there is no interval.</summary>
    Unknown,

    /// <summary>Outside the interval of the mean, but where one network more may lie.</summary>
    OfMean,

    /// <summary>Where no further network is expected.</summary>
    OfNetworks,
}
