using System.Globalization;

namespace KoopmanMesh.Networks.Verification;

/// <summary>Numbers as every parser reads them: digits and a point, no exponent.</summary>
internal static class PlainDecimal
{
    /// <summary>The shortest digits that read back as the same double.</summary>
    public static string Format(double value)
    {
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 16; digits++)
        {
            var shorter = value.ToString($"E{digits}", CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture).Equals(value))
            {
                text = shorter;
                break;
            }
        }

        var (sign, mark) = (value < 0 ? "-" : "", text.IndexOf('E', StringComparison.Ordinal));
        var figures = text[(text[0] == '-' ? 1 : 0)..mark].Replace(".", "", StringComparison.Ordinal);
        var point = 1 + int.Parse(text[(mark + 1)..], CultureInfo.InvariantCulture);
        return point <= 0 ? $"{sign}0.{new string('0', -point)}{figures}"
            : point >= figures.Length ? $"{sign}{figures}{new string('0', point - figures.Length)}.0"
            : $"{sign}{figures[..point]}.{figures[point..]}";
    }
}
