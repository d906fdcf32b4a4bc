namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>
/// y in lambda x + mu + [-nu, nu], element by element: what encloses a kink h(x) = x where x is positive, a x
/// elsewhere.
/// </summary>
/// <param name="Slopes">lambda.</param>
/// <param name="Shifts">mu.</param>
/// <param name="Noises">nu.</param>
internal sealed record Bend(double[] Slopes, double[] Shifts, double[] Noises)
{
    private static Bend Empty(int width) => new(new double[width], new double[width], new double[width]);

    /// <summary>x itself, with noise.</summary>
    public static Bend Noise(double[] noises)
    {
        var bend = Empty(noises.Length) with { Noises = noises };
        bend.Slopes.AsSpan().Fill(1);
        return bend;
    }

    /// <summary>
    /// h on an interval: where it holds 0 inside, the parallelogram of least area between the chord and the line
    /// parallel to it through the kink (Singh et al. 2018, DeepZ).
    /// </summary>
    public static Bend OfValue(double[] slopes, Bounds x)
    {
        var bend = Empty(x.Width);
        for (var i = 0; i < x.Width; i++)
        {
            var (a, l, u) = (slopes[i], x.Lower[i], x.Upper[i]);
            if (l >= 0 || u <= 0)
            {
                bend.Slopes[i] = l >= 0 ? 1 : a;
                continue;
            }

            var chord = (u - (a * l)) / (u - l);
            bend.Set(i, chord, Kink.Residual(a, chord, l, u));
        }

        return bend;
    }

    /// <summary>
    /// h(x) - h(y) as a multiple of d = x - y. Where neither is settled the residual after lambda d lies both in what d
    /// alone allows (every slope of h lies between a and 1) and in what x and y alone allow; of the slopes tried, the
    /// one that leaves least is taken.
    /// </summary>
    public static Bend OfDifference(double[] slopes, Bounds d, Bounds x, Bounds y)
    {
        var bend = Empty(d.Width);
        for (var i = 0; i < d.Width; i++)
        {
            var a = slopes[i];
            if ((x.Lower[i] >= 0 && y.Lower[i] >= 0) || (x.Upper[i] <= 0 && y.Upper[i] <= 0))
            {
                bend.Slopes[i] = x.Lower[i] >= 0 ? 1 : a;
                continue;
            }

            var best = (Lower: double.NegativeInfinity, Upper: double.PositiveInfinity);
            foreach (var slope in (ReadOnlySpan<double>)[(1 + a) / 2, 1, a])
            {
                var bySlope = Kink.SlopeResidual(a, slope, d.Lower[i], d.Upper[i]);
                var above = Kink.Residual(a, slope, x.Lower[i], x.Upper[i]);
                var below = Kink.Residual(a, slope, y.Lower[i], y.Upper[i]);
                var range = (
                    Lower: Math.Max(bySlope.Lower, Rounding.Down(above.Lower - below.Upper)),
                    Upper: Math.Min(bySlope.Upper, Rounding.Up(above.Upper - below.Lower)));
                if (range.Upper - range.Lower < best.Upper - best.Lower)
                {
                    best = range;
                    bend.Set(i, slope, range);
                }
            }
        }

        return bend;
    }

    private void Set(int i, double slope, (double Lower, double Upper) residual)
    {
        var middle = (residual.Lower / 2) + (residual.Upper / 2);
        (Slopes[i], Shifts[i]) = (slope, middle);
        Noises[i] = Rounding.Up(Math.Max(residual.Upper - middle, middle - residual.Lower));
    }
}
