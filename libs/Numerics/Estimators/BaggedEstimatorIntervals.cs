using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>What the refits say about the operator at their mean, in the order of its spectrum.</summary>
internal static class BaggedEstimatorIntervals
{
    private const double Tail = 0.5 * (1 - KoopmanIntervals.DefaultLevel);

    public static KoopmanIntervals Of(
        KoopmanOperator found, BaggedEstimatorBags bags, OptimizedEstimatorData data, bool rescale, ILinearAlgebra la)
    {
        var factor = rescale ? Math.Sqrt(bags.Fraction / (1 - bags.Fraction)) : 1;
        var values = found.Spectrum.Eigenvalues.ToArray();
        var order = SpectrumDistance.Match(values, Array.ConvertAll(bags.Mean(), Complex.Exp));
        var (discrete, continuous) = (new Spread(values.Length), new Spread(values.Length));
        for (var j = 0; j < values.Length; j++)
        {
            var exponents = bags.Usable.Select(bag => bag.Exponents[order[j]]).ToArray();
            discrete.Set(j, Array.ConvertAll(exponents, Complex.Exp), factor);
            continuous.Set(j, Array.ConvertAll(exponents, e => e / data.TimeStep), factor);
        }

        return new KoopmanIntervals
        {
            Method = FormattableString.Invariant(
                $"bags of {100 * bags.Fraction:0.#} % of the snapshots{(rescale ? ", rescaled" : "")}"),
            Low = discrete.Low,
            High = discrete.High,
            Mean = discrete.Mean,
            StandardDeviation = discrete.Deviation,
            Replicates = bags.Usable.Count,
            Failed = bags.Failed,
            Continuous = new ContinuousIntervals
            {
                Low = continuous.Low,
                High = continuous.High,
                Mean = continuous.Mean,
                StandardDeviation = continuous.Deviation,
            },
            ModeStandardDeviation = Modes(found, bags, data, factor, la),
        };
    }

    /// <summary>sqrt of the mean of |v - mean|^2 for every element of every mode. O(bags n d r).</summary>
    private static Matrix Modes(
        KoopmanOperator found, BaggedEstimatorBags bags, OptimizedEstimatorData data, double factor, ILinearAlgebra la)
    {
        var (reference, top) = (found.Spectrum.Modes, data.Basis.SelectRows(0, found.StateWidth));
        var (n, r) = (reference.Rows, reference.Columns);
        var (mean, deviation) = (new ComplexMatrix(n, r), new Matrix(n, r));
        var values = found.Spectrum.Eigenvalues.ToArray();
        var count = 0;
        foreach (var bag in bags.Usable)
        {
            count++;
            var modes = ComplexParts.Times(la, top, bag.Modes);
            var partner = SpectrumDistance.Match(values, bag.Values);
            for (var j = 0; j < r; j++)
            {
                Add(modes.Column(partner[j]), reference.Column(j), mean.Column(j), deviation.Column(j), count);
            }
        }

        foreach (ref var value in deviation.AsSpan())
        {
            value = factor * Math.Sqrt(value / (count - 1));
        }

        return deviation;
    }

    // Welford's recurrence on the unit mode, turned to the phase in which it is nearest to the reference.
    private static void Add(
        Span<Complex> mode, ReadOnlySpan<Complex> reference, Span<Complex> mean, Span<double> squares, int count)
    {
        EigenPairs.Normalise(mode);
        var inner = Complex.Zero;
        for (var i = 0; i < mode.Length; i++)
        {
            inner += Complex.Conjugate(mode[i]) * reference[i];
        }

        var turn = Complex.Abs(inner) > 0 ? inner / Complex.Abs(inner) : Complex.One;
        for (var i = 0; i < mode.Length; i++)
        {
            var value = mode[i] * turn;
            var before = value - mean[i];
            mean[i] += before / count;
            squares[i] += (before * Complex.Conjugate(value - mean[i])).Real;
        }
    }

    private sealed class Spread(int count)
    {
        public Complex[] Low { get; } = new Complex[count];

        public Complex[] High { get; } = new Complex[count];

        public Complex[] Mean { get; } = new Complex[count];

        public Complex[] Deviation { get; } = new Complex[count];

        public void Set(int j, Complex[] values, double factor)
        {
            var re = Of(Array.ConvertAll(values, v => v.Real), factor);
            var im = Of(Array.ConvertAll(values, v => v.Imaginary), factor);
            (Low[j], High[j]) = (new Complex(re.Low, im.Low), new Complex(re.High, im.High));
            (Mean[j], Deviation[j]) = (new Complex(re.Mean, im.Mean), new Complex(re.Deviation, im.Deviation));
        }

        private static (double Low, double High, double Mean, double Deviation) Of(double[] values, double factor)
        {
            var (mean, squares) = (values.Average(), 0.0);
            foreach (var value in values)
            {
                squares += (value - mean) * (value - mean);
            }

            var ends = Quantiles.At(values, [Tail, 1 - Tail]);
            return (
                mean + (factor * (ends[0] - mean)), mean + (factor * (ends[1] - mean)), mean,
                factor * Math.Sqrt(squares / (values.Length - 1)));
        }
    }
}
