using System.Numerics;

using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>What refitted eigenvalues say about those of the fit.</summary>
internal static class BootstrapIntervals
{
    /// <summary>
    /// The refitted eigenvalues in the order of the fitted ones, so that the sum of |differences| is least.
    /// </summary>
    public static Complex[] Match(ReadOnlySpan<Complex> fitted, ReadOnlySpan<Complex> refitted)
    {
        var (partner, matched) = (SpectrumDistance.Match(fitted, refitted), new Complex[fitted.Length]);
        for (var i = 0; i < matched.Length; i++)
        {
            matched[i] = refitted[partner[i]];
        }

        return matched;
    }

    /// <summary>
    /// Stretched quantiles, means and deviations. Conjugates stay conjugates: the lower member mirrors the upper one,
    /// and a real eigenvalue that became half of a pair counts as both halves.
    /// </summary>
    public static KoopmanIntervals Of(
        ReadOnlySpan<Complex> fitted, Complex[][] refits, int blocks, int failed, double level)
    {
        var (r, stretch) = (fitted.Length, Stretch(blocks, level));
        var (low, high) = (new Complex[r], new Complex[r]);
        var (mean, deviation) = (new Complex[r], new Complex[r]);
        for (var i = 0; i < r; i++)
        {
            var (re, im) = (new double[2 * refits.Length], new double[2 * refits.Length]);
            for (var k = 0; k < refits.Length; k++)
            {
                // Conjugates are adjacent, the upper one first, and the lower one is read off it.
                var value = fitted[i].Imaginary < 0 ? Complex.Conjugate(refits[k][i - 1]) : refits[k][i];
                (re[k], im[k]) = (value.Real, value.Imaginary);
                var twin = fitted[i].Imaginary == 0 ? Complex.Conjugate(value) : value;
                (re[^(k + 1)], im[^(k + 1)]) = (twin.Real, twin.Imaginary);
            }

            var (reals, imaginaries) = (Summary(re, blocks, level, stretch), Summary(im, blocks, level, stretch));
            low[i] = new Complex(reals.Low, imaginaries.Low);
            high[i] = new Complex(reals.High, imaginaries.High);
            mean[i] = new Complex(reals.Mean, imaginaries.Mean);
            deviation[i] = new Complex(reals.Deviation, imaginaries.Deviation);
        }

        return new KoopmanIntervals
        {
            Method = "block bootstrap",
            Level = level,
            Low = low,
            High = high,
            Mean = mean,
            StandardDeviation = deviation,
            Replicates = refits.Length,
            Failed = failed,
        };
    }

    /// <summary>
    /// Blocks drawn with replacement spread by too little, as a variance divided by n does, and their quantiles are
    /// normal where t with n - 1 degrees of freedom is meant (Hesterberg 2015, Am. Stat. 69(4), section 4):
    /// sqrt(n / (n - 1)) t / z, with t / z by its expansion in 1 / (n - 1). 1.09 for 20 blocks at 0.95.
    /// </summary>
    private static double Stretch(int blocks, double level)
    {
        // The normal quantile z to 5e-4: Abramowitz and Stegun, 26.2.23.
        var p = Math.Sqrt(-2 * Math.Log((1 - level) / 2));
        var z = p - ((2.515517 + (p * (0.802853 + (p * 0.010328))))
            / (1 + (p * (1.432788 + (p * (0.189269 + (p * 0.001308)))))));
        return Math.Sqrt(blocks / (blocks - 1.0)) * (1 + (((z * z) + 1) / (4 * (blocks - 1))));
    }

    private static (double Low, double High, double Mean, double Deviation) Summary(
        double[] values, int blocks, double level, double stretch)
    {
        var ends = Quantiles.At(values, [(1 - level) / 2, (1 + level) / 2]);
        var (mean, sum) = (0.0, 0.0);
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        foreach (var value in values)
        {
            sum += (value - mean) * (value - mean);
        }

        // Every value is there twice.
        var variance = sum / 2 / ((values.Length / 2) - 1) * blocks / (blocks - 1);
        return (
            mean + (stretch * (ends[0] - mean)), mean + (stretch * (ends[1] - mean)), mean, Math.Sqrt(variance));
    }
}
