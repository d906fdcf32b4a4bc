using KoopmanMesh.Credit.V1;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>Differences on the rows that nothing was fitted to, chosen or calibrated on.</summary>
/// <param name="regions">Regions of a row.</param>
internal sealed class TestRows(int regions)
{
    private const double Confidence = 0.95;

    private readonly double[] _regionMaxima = new double[regions];

    // Kept, for the bound that they are held against is known when the last calibration row came.
    private readonly List<float> _output = [];

    private double _squares;
    private long? _flips;

    public int Rows => _output.Count;

    /// <summary>The next rows; <paramref name="byRegion"/> is [rows, regions], flips are 0 or 1 or missing.</summary>
    public void Add(
        ReadOnlySpan<float> byRegion, ReadOnlySpan<float> output, ReadOnlySpan<float> norm, ReadOnlySpan<byte> flips)
    {
        if (Rows > 0 && _flips.HasValue == flips.IsEmpty)
        {
            throw new InvalidRequestException(
                "DIFFERENCES_INVALID", "differences.flips are given for some test rows only, expected all or none",
                "differences.flips");
        }

        for (var i = 0; i < byRegion.Length; i++)
        {
            _regionMaxima[i % regions] = Math.Max(_regionMaxima[i % regions], byRegion[i]);
        }

        foreach (var distance in norm)
        {
            _squares += (double)distance * distance;
        }

        _output.AddRange(output);
        if (!flips.IsEmpty)
        {
            _flips = (_flips ?? 0) + flips.Count((byte)1);
        }
    }

    /// <summary>Fraction of the rows within a bound of the output; null without rows.</summary>
    public double? Coverage(double bound)
    {
        var within = 0L;
        foreach (var difference in _output)
        {
            within += difference <= bound ? 1 : 0;
        }

        return Rows == 0 ? null : (double)within / Rows;
    }

    /// <summary>What was seen.</summary>
    public EmpiricalBound Bound()
    {
        var bound = new EmpiricalBound { Rows = Rows, Confidence = Confidence };
        if (Rows == 0)
        {
            bound.Assumptions.Add(Assumptions.NoTestRows);
            return bound;
        }

        bound.RegionMaxima.Add(_regionMaxima);
        bound.OutputMaximum = _output.Max();
        bound.OutputRmse = Math.Sqrt(_squares / Rows);
        bound.Assumptions.Add(Assumptions.Empirical);
        if (_flips is { } flips)
        {
            var interval = ClopperPearson.Interval(flips, Rows, Confidence);
            bound.Flips = flips;
            (bound.FlipRate, bound.FlipLow, bound.FlipHigh) = ((double)flips / Rows, interval.Low, interval.High);
            bound.Assumptions.Add(Assumptions.Flips);
        }

        return bound;
    }
}
