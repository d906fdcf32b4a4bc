using System.Globalization;
using KoopmanMesh.Experiments.Tables;

namespace KoopmanMesh.Experiments.Dynamics.Trials;

/// <summary>Numbers of any size as tables show them, three digits each.</summary>
internal static class Number
{
    public static string Of(double value) => value switch
    {
        double.NaN => Percent.Absent,
        double.PositiveInfinity => "∞",
        0 => "0",
        _ when Math.Abs(value) is >= 1e-3 and < 1e4 => Plain(value),
        _ => value.ToString("0.0e0", CultureInfo.InvariantCulture),
    };

    public static string Of(SeedInterval interval) =>
        interval.HalfWidth is { } half ? $"{Of(interval.Mean)} ± {Of(half)}" : Of(interval.Mean);

    // As many decimals as make three significant digits.
    private static string Plain(double value)
    {
        var decimals = Math.Max(0, 2 - (int)Math.Floor(Math.Log10(Math.Abs(value))));
        return value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
