using KoopmanMesh.Numerics.Fitting;
using MathNet.Numerics;

namespace KoopmanMesh.Numerics.Statistics;

/// <summary>
/// The regularised incomplete beta function I_x(a, b), the distribution function of Beta(a, b), and its inverse, for
/// shapes of millions: the continued fraction runs until it has converged, and no log-gammas are subtracted.
/// </summary>
internal static class IncompleteBeta
{
    private const double Tiny = 1e-300;
    private const double Converged = 4 * Rounding.Unit;
    private const double SeriesFrom = 16;

    /// <summary>The x with I_x(a, b) = p, or with 1 - I_x(a, b) = p if <paramref name="upper"/>.</summary>
    public static double Quantile(double a, double b, double p, bool upper = false)
    {
        // I falls to 0 and rises to 1 monotonously: halving ends at neighbouring doubles, with full relative accuracy
        // for ends as small as 1e-300.
        var (low, high) = (0.0, 1.0);
        while (true)
        {
            var middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
            {
                return middle;
            }

            var (below, above) = At(a, b, middle);
            if (upper ? above > p : below < p)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
    }

    /// <summary>I_x(a, b) and 1 - I_x(a, b), both without cancellation where they are small.</summary>
    public static (double Below, double Above) At(double a, double b, double x)
    {
        if (x > (a + 1) / (a + b + 2))
        {
            var above = Density(a, b, x) * Fraction(b, a, 1 - x) / b;
            return (1 - above, above);
        }

        var below = Density(a, b, x) * Fraction(a, b, x) / a;
        return (below, 1 - below);
    }

    // x^a (1 - x)^b / B(a, b), by Stirling's series: differences of log-gammas of 1e7 would keep 8 digits (Loader
    // 2000).
    private static double Density(double a, double b, double x)
    {
        var n = a + b;
        var excess = Math.FusedMultiplyAdd(n, x, -a);
        var exponent = (a * LogRatio(excess / a, n * x / a)) + (b * LogRatio(-excess / b, n * (1 - x) / b));
        return Math.Sqrt(a * b / (2 * Math.PI * n))
            * Math.Exp(exponent + StirlingError(n) - StirlingError(a) - StirlingError(b));
    }

    // log(1 + excess), where 1 + excess = ratio: near 1 by the one, near 0 by the other.
    private static double LogRatio(double excess, double ratio) =>
        Math.Abs(excess) < 0.5 ? double.LogP1(excess) : Math.Log(ratio);

    // log Gamma(z) - ((z - 1/2) log z - z + log(2 pi)/2).
    private static double StirlingError(double z)
    {
        if (z < SeriesFrom)
        {
            return SpecialFunctions.GammaLn(z) - (((z - 0.5) * Math.Log(z)) - z + (0.5 * Math.Log(2 * Math.PI)));
        }

        var w = 1 / (z * z);
        return ((1.0 / 12) - (w * ((1.0 / 360) - (w * ((1.0 / 1260) - (w * ((1.0 / 1680) - (w / 1188)))))))) / z;
    }

    // Lentz's evaluation of the continued fraction (Abramowitz and Stegun 26.5.8), which converges in O(sqrt(a + b))
    // terms for x below the mean.
    private static double Fraction(double a, double b, double x)
    {
        var (c, d) = (1.0, Inverse(1 - ((a + b) * x / (a + 1))));
        var h = d;
        for (var m = 1; ; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = Inverse(1 + (even * d));
            c = NotZero(1 + (even / c));
            h *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = Inverse(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            h *= d * c;
            if (Math.Abs((d * c) - 1) <= Converged)
            {
                return h;
            }
        }
    }

    private static double Inverse(double value) => 1 / NotZero(value);

    private static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
