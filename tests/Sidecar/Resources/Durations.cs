using System.Buffers;
using System.Globalization;

namespace KoopmanMesh.Sidecar.Resources;

/// <summary>Durations as Go writes them: <c>1m30s</c>, <c>500ms</c>; a bare number is milliseconds.</summary>
internal static class Durations
{
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Seconds)[] _units =
        [("ms", 1e-3), ("us", 1e-6), ("h", 3600), ("m", 60), ("s", 1)];

    public static TimeSpan Parse(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        var total = TimeSpan.Zero;
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            var digits = rest.IndexOfAnyExcept(_digits);
            var unit = digits > 0 ? UnitOf(rest[digits..]) : default;
            if (unit.Unit is null)
            {
                throw new FormatException($"'{text}' is not a duration, expected such as 1m30s or 500ms");
            }

            total += TimeSpan.FromSeconds(
                double.Parse(rest[..digits], NumberStyles.Float, CultureInfo.InvariantCulture) * unit.Seconds);
            rest = rest[(digits + unit.Unit.Length)..];
        }

        return total;
    }

    private static (string Unit, double Seconds) UnitOf(ReadOnlySpan<char> text)
    {
        foreach (var unit in _units)
        {
            if (text.StartsWith(unit.Unit, StringComparison.Ordinal))
            {
                return unit;
            }
        }

        return default;
    }
}
