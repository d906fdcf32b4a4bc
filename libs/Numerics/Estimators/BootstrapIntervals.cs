using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>What refitted eigenvalues say about those of the fit.</summary>
internal static class BootstrapIntervals
{
    /// <summary>The refitted eigenvalues in the order of the fitted ones, so that the sum of |differences| is least.</summary>
    public static Complex[] Match(ReadOnlySpan<Complex> fitted, ReadOnlySpan<Complex> refitted)
    {
        var cost = new Matrix(fitted.Length, fitted.Length);
        for (var i = 0; i < fitted.Length; i++)
        {
            for (var j = 0; j < fitted.Length; j++)
            {
                cost[i, j] = Complex.Abs(fitted[i] - refitted[j]);
            }
        }

        var (columns, matched) = (Assignment.Solve(cost), new Complex[fitted.Length]);
        for (var i = 0; i < matched.Length; i++)
        {
            matched[i] = refitted[columns[i]];
        }

        return matched;
    }

    /// <summary>
    /// Quantiles, means and deviations. Conjugates stay conjugates: the lower member mirrors the upper one, and a real
    /// eigenvalue that became half of a pair counts as both halves.
    /// </summary>
    public static KoopmanIntervals Of(
        ReadOnlySpan<Complex> fitted, Complex[][] refits, BootstrapOptions options, int failed)
    {
        var r = fitted.Length;
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

            var (reals, imaginaries) = (Summary(re, options.Level), Summary(im, options.Level));
            low[i] = new Complex(reals.Low, imaginaries.Low);
            high[i] = new Complex(reals.High, imaginaries.High);
            mean[i] = new Complex(reals.Mean, imaginaries.Mean);
            deviation[i] = new Complex(reals.Deviation, imaginaries.Deviation);
        }

        return new KoopmanIntervals
        {
            Method = "block bootstrap",
            Level = options.Level,
            Low = low,
            High = high,
            Mean = mean,
            StandardDeviation = deviation,
            Replicates = refits.Length,
            Failed = failed,
        };
    }

    private static (double Low, double High, double Mean, double Deviation) Summary(double[] values, double level)
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
        var count = values.Length / 2;
        return (ends[0], ends[1], mean, Math.Sqrt(sum / 2 / (count - 1)));
    }
}
