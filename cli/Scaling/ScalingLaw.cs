namespace KoopmanMesh.Cli.Scaling;

/// <summary>
/// What times at several replica counts say. T(p) are seconds with p times the replicas of the base; p need not be
/// whole where the base has several replicas.
/// </summary>
internal static class ScalingLaw
{
    /// <summary>S = T(1) / T(p), of the same job.</summary>
    public static double SpeedUp(double baseSeconds, double seconds) => baseSeconds / seconds;

    /// <summary>S = p T(1) / T(p), of a job p times as large (Gustafson 1988).</summary>
    public static double ScaledSpeedUp(double baseSeconds, double seconds, double p) => p * baseSeconds / seconds;

    /// <summary>E = S / p: 1 when every replica does its share and nothing else.</summary>
    public static double Efficiency(double speedUp, double p) => speedUp / p;

    /// <summary>
    /// The experimentally determined serial fraction of Karp and Flatt (1990), e = (1/S − 1/p) / (1 − 1/p): what
    /// Amdahl's law would need to explain S. A fraction that grows with p is overhead, not serial work; a negative one
    /// is a speed-up beyond p. NaN at p = 1, where there is nothing to explain.
    /// </summary>
    public static double SerialFraction(double speedUp, double p) =>
        p == 1 ? double.NaN : ((1 / speedUp) - (1 / p)) / (1 - (1 / p));

    /// <summary>
    /// The serial share of the time with p replicas that explains a scaled speed-up, s = (p − S) / (p − 1), by
    /// Gustafson's law S = s + (1 − s) p. NaN at p = 1.
    /// </summary>
    public static double ScaledSerialFraction(double scaledSpeedUp, double p) =>
        p == 1 ? double.NaN : (p - scaledSpeedUp) / (p - 1);

    /// <summary>What Amdahl's law gives a job of serial fraction e: S = 1 / (e + (1 − e) / p).</summary>
    public static double Amdahl(double serialFraction, double p) => 1 / (serialFraction + ((1 - serialFraction) / p));

    /// <summary>
    /// The index of Jain, Chiu and Hawe (1984), (Σx)² / (n Σx²): 1 when all get the same, 1/n when one gets all. NaN of
    /// nothing.
    /// </summary>
    public static double Fairness(IReadOnlyCollection<double> shares)
    {
        var (sum, squares) = (shares.Sum(), shares.Sum(share => share * share));
        return sum * sum / (shares.Count * squares);
    }
}
