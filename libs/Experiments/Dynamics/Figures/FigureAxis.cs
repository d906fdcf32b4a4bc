using System.Globalization;

namespace KoopmanMesh.Experiments.Dynamics.Figures;

/// <summary>One axis: the numbers it covers, where they lie on the page, and its ticks.</summary>
internal sealed class FigureAxis
{
    private const double Margin = 0.04;
    private const double TicksWanted = 6;

    private readonly double _low;
    private readonly double _high;
    private readonly double _start;
    private readonly double _end;

    private FigureAxis(bool isLog, (double Low, double High) range, (double Start, double End) page)
    {
        (IsLog, _low, _high) = (isLog, range.Low, range.High);
        (_start, _end) = page;
    }

    public bool IsLog { get; }

    /// <summary>Over these values and a little more. Of no value, from 0 to 1 (1 to 10 on a log axis).</summary>
    /// <param name="isLog">Logarithmic: what is not positive is left out.</param>
    /// <param name="values">Any numbers; what is not finite is left out.</param>
    /// <param name="page">Where the axis begins and ends, in pixels.</param>
    public static FigureAxis Over(bool isLog, IEnumerable<double> values, (double Start, double End) page)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(v => IsDrawn(v, isLog)))
        {
            var at = isLog ? Math.Log10(value) : value;
            (low, high) = (Math.Min(low, at), Math.Max(high, at));
        }

        (low, high) = low > high ? (0, 1)
            : high - low > 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)) ? (low, high)
            : (low - Half(low), high + Half(high));
        var margin = Margin * (high - low);
        return new FigureAxis(isLog, (low - margin, high + margin), page);
    }

    /// <summary>Two axes on which a unit is as long, by widening the one with the longer unit.</summary>
    public static (FigureAxis X, FigureAxis Y) WithOneUnit(FigureAxis x, FigureAxis y)
    {
        var unit = Math.Max(x.Unit, y.Unit);
        return (x.Widened(unit), y.Widened(unit));
    }

    /// <summary>Where a value lies, in pixels; null for one that is not drawn.</summary>
    public double? At(double value) => IsDrawn(value, IsLog)
        ? _start + (((IsLog ? Math.Log10(value) : value) - _low) / (_high - _low) * (_end - _start))
        : null;

    /// <summary>The ticks in the range, ascending, with their labels.</summary>
    public IEnumerable<(double Value, string Label)> Ticks() => (IsLog ? LogTicks() : LinearTicks())
        .Select(value => (value, Label(value)));

    private double Unit => (_high - _low) / Math.Abs(_end - _start);

    private FigureAxis Widened(double unit)
    {
        var (middle, half) = ((_low + _high) / 2, unit * Math.Abs(_end - _start) / 2);
        return new FigureAxis(IsLog, (middle - half, middle + half), (_start, _end));
    }

    private static bool IsDrawn(double value, bool isLog) => double.IsFinite(value) && (!isLog || value > 0);

    private static double Half(double value) => value == 0 ? 1 : Math.Abs(value) / 2;

    private IEnumerable<double> LinearTicks()
    {
        var raw = (_high - _low) / TicksWanted;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = power * (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        for (var i = Math.Ceiling(_low / step); i * step <= _high; i++)
        {
            // Rounded, so that 3 · 0.1 is 0.3, and no zero is negative.
            yield return (Math.Round(i * step / power) * power) + 0.0;
        }
    }

    private IEnumerable<double> LogTicks()
    {
        double[] factors = _high - _low < 1.5 ? [1, 2, 5] : [1];
        var every = (int)Math.Ceiling((_high - _low) / (TicksWanted + 2));
        for (var power = (int)Math.Floor(_low); power <= _high; power++)
        {
            foreach (var factor in factors)
            {
                var at = power + Math.Log10(factor);
                if (at >= _low && at <= _high && power % every == 0)
                {
                    yield return factor * Math.Pow(10, power);
                }
            }
        }
    }

    private static string Label(double value) => Math.Abs(value) is 0 or (>= 1e-3 and < 1e5)
        ? value.ToString("0.######", CultureInfo.InvariantCulture)
        : value.ToString("0.##e0", CultureInfo.InvariantCulture);
}
