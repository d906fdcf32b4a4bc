using System.Globalization;

namespace KoopmanMesh.Cli.Commands;

/// <summary>How long ago: a number and a unit, as in <c>30d</c>, <c>12h</c>, <c>90m</c>, <c>10s</c>; or 0.</summary>
internal static class AgeText
{
    public const string Grammar = "a number of days, hours, minutes or seconds as in 30d, 12h, 90m or 10s";

    private const double Longest = 100 * 365.25 * 86_400;

    public static TimeSpan Parse(string text, Action<string> refuse)
    {
        var unit = text.Length == 0 ? 0 : text[^1] switch { 'd' => 86_400, 'h' => 3600, 'm' => 60, 's' => 1, _ => 0 };
        var digits = unit == 0 ? text : text[..^1];
        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && (unit > 0 || number == 0) && number * unit <= Longest)
        {
            return TimeSpan.FromSeconds(number * unit);
        }

        refuse($"'{text}' is no length of time, expected {Grammar}");
        return TimeSpan.Zero;
    }
}
