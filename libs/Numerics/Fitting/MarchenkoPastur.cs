namespace KoopmanMesh.Numerics.Fitting;

/// <summary>
/// Constants of the optimal hard threshold for singular values (Gavish and Donoho 2014), for aspect ratios
/// beta = min(n, m) / max(n, m) in (0, 1].
/// </summary>
public static class MarchenkoPastur
{
    private const int Panels = 512;
    private const int Bisections = 60;

    /// <summary>lambda*(beta) = sqrt(2(beta + 1) + 8 beta / (beta + 1 + sqrt(beta^2 + 14 beta + 1))).</summary>
    public static double OptimalThreshold(double beta)
    {
        Check(beta);
        return Math.Sqrt((2 * (beta + 1)) + (8 * beta / (beta + 1 + Math.Sqrt((beta * beta) + (14 * beta) + 1))));
    }

    /// <summary>omega(beta) = lambda*(beta) / sqrt(median of the Marchenko-Pastur law).</summary>
    public static double MedianThreshold(double beta) => OptimalThreshold(beta) / Math.Sqrt(Median(beta));

    /// <summary>
    /// Median of the law with density sqrt((b+ - t)(t - b-)) / (2 pi beta t) on [b-, b+], b± = (1 ± sqrt(beta))^2, to
    /// about 1e-12. With t = b- + (b+ - b-) sin^2(phi) the density loses its roots at both ends, and integrating down
    /// from b+ stays clear of the pole at 0 that beta = 1 has.
    /// </summary>
    public static double Median(double beta)
    {
        Check(beta);
        var lower = (1 - Math.Sqrt(beta)) * (1 - Math.Sqrt(beta));
        var width = 4 * Math.Sqrt(beta);
        var (low, high) = (0.0, Math.PI / 2);
        for (var i = 0; i < Bisections; i++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = UpperMass(middle, beta, lower, width) > 0.5 ? (middle, high) : (low, middle);
        }

        return lower + (width * Math.Pow(Math.Sin(0.5 * (low + high)), 2));
    }

    /// <summary>Mass above t(phi), by Simpson's rule.</summary>
    private static double UpperMass(double phi, double beta, double lower, double width)
    {
        var step = ((Math.PI / 2) - phi) / Panels;
        var sum = 0.0;
        for (var i = 0; i <= Panels; i++)
        {
            var weight = i is 0 or Panels ? 1 : i % 2 == 1 ? 4 : 2;
            var (sin, cos) = Math.SinCos(phi + (i * step));
            var t = lower + (width * sin * sin);
            sum += t > 0 ? weight * width * width * sin * sin * cos * cos / (Math.PI * beta * t) : 0;
        }

        return sum * step / 3;
    }

    private static void Check(double beta)
    {
        if (!(beta > 0 && beta <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "the aspect ratio lies in (0, 1]");
        }
    }
}
