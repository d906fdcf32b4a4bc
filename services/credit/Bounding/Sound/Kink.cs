namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>h(x) = x where x is positive, a x elsewhere, in outward-rounded intervals.</summary>
internal static class Kink
{
    /// <summary>h of an interval each.</summary>
    public static Bounds Of(double[] slopes, Bounds x)
    {
        var y = Bounds.Zero(x.Width);
        for (var i = 0; i < x.Width; i++)
        {
            (y.Lower[i], y.Upper[i]) = Residual(slopes[i], 0, x.Lower[i], x.Upper[i]);
        }

        return y;
    }

    /// <summary>h(x) - h(y) where all that is known is d = x - y: every slope of h lies between a and 1.</summary>
    public static Bounds OfDifference(double[] slopes, Bounds d)
    {
        var result = Bounds.Zero(d.Width);
        for (var i = 0; i < d.Width; i++)
        {
            (result.Lower[i], result.Upper[i]) = SlopeResidual(slopes[i], 0, d.Lower[i], d.Upper[i]);
        }

        return result;
    }

    /// <summary>h(x) - slope x on [l, u]: piecewise linear, so its ends and the kink say all.</summary>
    public static (double Lower, double Upper) Residual(double a, double slope, double l, double u)
    {
        var (low, high) = (At(l), At(u));
        var inside = l < 0 && u > 0;
        return (
            Math.Min(Math.Min(low.Lower, high.Lower), inside ? 0 : double.PositiveInfinity),
            Math.Max(Math.Max(low.Upper, high.Upper), inside ? 0 : double.NegativeInfinity));

        (double Lower, double Upper) At(double x) => Product((x >= 0 ? 1 : a), slope, x);
    }

    /// <summary>(s - slope) d for s between a and 1 and d in [l, u]: bilinear, so its corners say all.</summary>
    public static (double Lower, double Upper) SlopeResidual(double a, double slope, double l, double u)
    {
        var (p, q, r, s) = (Product(a, slope, l), Product(a, slope, u), Product(1, slope, l), Product(1, slope, u));
        return (
            Math.Min(Math.Min(p.Lower, q.Lower), Math.Min(r.Lower, s.Lower)),
            Math.Max(Math.Max(p.Upper, q.Upper), Math.Max(r.Upper, s.Upper)));
    }

    /// <summary>(s - slope) x: exact where the factor is 0 or 1, else wider by what rounding may take.</summary>
    private static (double Lower, double Upper) Product(double s, double slope, double x)
    {
        var value = (s - slope) * x;
        if (s == slope || x == 0)
        {
            return (0, 0);
        }

        if (slope == 0 && s is (1 or -1))
        {
            return (value, value);
        }

        var error = Rounding.Gamma64(2) * (Math.Abs(s) + Math.Abs(slope)) * Math.Abs(x);
        return (Rounding.Down(value - error), Rounding.Up(value + error));
    }
}
