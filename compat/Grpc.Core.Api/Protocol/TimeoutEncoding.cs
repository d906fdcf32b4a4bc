using System.Globalization;

namespace Grpc.Core.Protocol;

/// <summary>The grpc-timeout header: at most eight digits and a unit.</summary>
internal static class TimeoutEncoding
{
    private const long MaxValue = 99_999_999;

    private static readonly (char Unit, double Ticks)[] Units =
    [
        ('n', 0.01),
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>The timeout in the finest unit that holds it, rounded up so that no time is lost.</summary>
    public static string Encode(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            return "1n";
        }

        foreach (var (unit, ticks) in Units)
        {
            var count = Math.Ceiling(timeout.Ticks / ticks);
            if (count <= MaxValue)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{(long)count}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{MaxValue}H");
    }

    public static bool TryDecode(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9
            || !long.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        foreach (var (unit, ticks) in Units)
        {
            if (text[^1] == unit)
            {
                timeout = TimeSpan.FromTicks((long)Math.Min(Math.Ceiling(count * ticks), TimeSpan.MaxValue.Ticks / 2));
                return true;
            }
        }

        return false;
    }
}
