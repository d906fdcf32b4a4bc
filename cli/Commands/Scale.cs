using System.Globalization;

namespace KoopmanMesh.Cli.Commands;

/// <summary>A scale as people write it: "1/255", "0.00392", "2".</summary>
internal static class Scale
{
    public static bool TryParse(string text, out double value)
    {
        value = 0;
        var parts = text.Split('/');
        if (parts.Length > 2 || !TryNumber(parts[0], out var numerator))
        {
            return false;
        }

        var denominator = 1.0;
        if (parts.Length == 2 && !TryNumber(parts[1], out denominator))
        {
            return false;
        }

        value = numerator / denominator;
        return double.IsFinite(value) && value != 0;
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
