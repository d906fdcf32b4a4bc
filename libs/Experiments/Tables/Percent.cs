using System.Globalization;

namespace KoopmanMesh.Experiments.Tables;

/// <summary>Accuracies as tables show them, in percent.</summary>
internal static class Percent
{
    public const string Absent = "–";

    public static string Of(double accuracy) => Invariant(100 * accuracy, "0.00");

    public static string Of(SeedInterval interval, int digits = 2)
    {
        var format = $"0.{new string('0', digits)}";
        var mean = Invariant(100 * interval.Mean, format);
        return interval.HalfWidth is { } half ? $"{mean} ± {Invariant(100 * half, format)}" : mean;
    }

    public static string Mark(Departure departure) => departure switch
    {
        Departure.OfMean => " *",
        Departure.OfNetworks => " **",
        _ => "",
    };

    public static string Invariant(double value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture);
}
