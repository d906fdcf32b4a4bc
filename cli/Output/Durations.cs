using System.Globalization;

namespace KoopmanMesh.Cli.Output;

/// <summary>Durations in few columns.</summary>
internal static class Durations
{
    /// <summary>Three digits and a unit: <c>4.21 ms</c>, <c>1.50 s</c>, <c>12 min</c>, <c>3.4 h</c>.</summary>
    public static string Text(double seconds) => seconds switch
    {
        <= 0 => "0 s",
        < 0.000_999_5 => Digits(seconds * 1e6) + " µs",
        < 0.999_5 => Digits(seconds * 1e3) + " ms",
        < 99.95 => Digits(seconds) + " s",
        < 5_970 => Digits(seconds / 60) + " min",
        < 356_400 => Digits(seconds / 3600) + " h",
        _ => Digits(seconds / 86_400) + " d",
    };

    private static string Digits(double value) =>
        value.ToString(value switch { < 9.995 => "0.00", < 99.95 => "0.0", _ => "0" }, CultureInfo.InvariantCulture);
}
