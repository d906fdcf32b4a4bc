using System.Globalization;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>A budget as people write it: "accuracy=0.5%", "accuracy=0.005", "latency=0.8".</summary>
internal static class ReplaceBudget
{
    public const string Expected =
        "accuracy=LOSS (a fraction or a percentage, e.g. accuracy=0.5%) or latency=RATIO (e.g. latency=0.8)";

    /// <summary>Adds one part of a budget to another; false where it can't be read or was given before.</summary>
    public static bool TryAdd(string text, Budget budget)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !TryNumber(text[(equals + 1)..], out var value))
        {
            return false;
        }

        switch (text[..equals])
        {
            case "accuracy" when !budget.HasAccuracyLoss && value is >= 0 and <= 1:
                budget.AccuracyLoss = value;
                return true;
            case "latency" when !budget.HasLatencyRatio && value > 0 && !text.EndsWith('%'):
                budget.LatencyRatio = value;
                return true;
            default:
                return false;
        }
    }

    private static bool TryNumber(string text, out double value)
    {
        var percent = text.EndsWith('%');
        var read = double.TryParse(
            percent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        value = percent ? value / 100 : value;
        return read && double.IsFinite(value);
    }
}
