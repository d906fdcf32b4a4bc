using System.Globalization;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>How the reports write numbers: invariant, short, and never a bare NaN.</summary>
internal static class Numbers
{
    /// <summary>What stands for a number that is undefined.</summary>
    public const string Undefined = "n/a";

    /// <summary>A credit in nats: three decimals near zero, fewer as it grows.</summary>
    public static string Nats(double value)
    {
        if (!double.IsFinite(value))
        {
            return Undefined;
        }

        var format = Math.Abs(value) switch
        {
            >= 1000 => "0",
            >= 100 => "0.0",
            >= 10 => "0.00",
            _ => "0.000",
        };
        var text = value.ToString(format, CultureInfo.InvariantCulture);
        return text.Trim('-', '0', '.').Length == 0 ? format : text;
    }

    /// <summary>A fraction as a percentage, e.g. 94.51 %.</summary>
    public static string Percent(double fraction, int decimals = 1) => double.IsFinite(fraction)
        ? (100 * fraction).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            + " %"
        : Undefined;

    /// <summary>A count with thousands separated by commas.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A small number with two or three digits, in scientific notation where that is shorter.</summary>
    public static string Small(double value) => value switch
    {
        0 => "0",
        _ when !double.IsFinite(value) => Undefined,
        _ when Math.Abs(value) is < 1e-3 or >= 1e4 => value.ToString("0.0e+0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 999.5 => value.ToString("0", CultureInfo.InvariantCulture),
        _ => value.ToString("G3", CultureInfo.InvariantCulture),
    };

    /// <summary>A correlation or tau, two decimals.</summary>
    public static string Correlation(double value) =>
        double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : Undefined;

    /// <summary>A 5-95 % interval as "low to high".</summary>
    public static string Range(Interval interval) => $"{Nats(interval.Low)} to {Nats(interval.High)}";

    /// <summary>The same for a narrow column: fewer digits.</summary>
    public static string ShortRange(Interval interval)
    {
        var largest = Math.Max(Math.Abs(interval.Low), Math.Abs(interval.High));
        var format = largest switch { >= 100 => "0", >= 10 => "0.0", _ => "0.00" };
        var low = interval.Low.ToString(format, CultureInfo.InvariantCulture);
        return $"{low}…{interval.High.ToString(format, CultureInfo.InvariantCulture)}";
    }

    /// <summary>A tensor shape, e.g. 1×28×28.</summary>
    public static string Shape(IEnumerable<long> shape)
    {
        var text = string.Join('×', shape);
        return text.Length == 0 ? "scalar" : text;
    }
}
