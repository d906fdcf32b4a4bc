using System.Globalization;
using KoopmanMesh.Cli.Reporting;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>How terminal and page name what a study found.</summary>
internal static class ScaleWords
{
    private static readonly string[] _units = ["B", "kB", "MB", "GB", "TB", "PB"];

    public static string Title(ScaleStudy study) =>
        $"{(study.Weak ? "Weak" : "Strong")} scaling of {study.Model} on {study.Data}";

    public static string Subtitle(ScaleStudy study) =>
        $"cuts of {string.Join(", ", study.Widths)}; replicas of "
        + (study.Role == "both" ? "capture and of koopman" : study.Role)
        + $"; median of {TrainingWords.Plural(study.Repeats, "run")}; {TrainingWords.Plural(study.Cores, "core")} here";

    /// <summary>Seconds with three digits.</summary>
    public static string Seconds(double value) => double.IsFinite(value)
        ? value.ToString(
            value switch { >= 100 => "0", >= 10 => "0.0", >= 0.1 => "0.00", _ => "0.000" },
            CultureInfo.InvariantCulture)
        : Numbers.Undefined;

    /// <summary>A time that may be days, with three digits.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        double.PositiveInfinity => "never",
        >= 2 * 86_400 => $"{Numbers.Small(seconds / 86_400)} d",
        >= 2 * 3_600 => $"{Numbers.Small(seconds / 3_600)} h",
        >= 2 * 60 => $"{Numbers.Small(seconds / 60)} min",
        _ => $"{Seconds(seconds)} s",
    };

    public static string Factor(double value) =>
        double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : Numbers.Undefined;

    /// <summary>Bytes in powers of 1000, three digits.</summary>
    public static string Bytes(double value)
    {
        var unit = 0;
        while (value >= 999.5 && unit < _units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }

        return $"{value.ToString("G3", CultureInfo.InvariantCulture)} {_units[unit]}";
    }

    /// <summary>What the curves say, for people: one sentence each.</summary>
    public static IEnumerable<Finding> Findings(ScaleStudy study)
    {
        foreach (var curve in study.Curves)
        {
            var (first, last) = (curve.First(), curve.Last());
            yield return first == last
                ? new Finding(FindingKind.Result, $"{Count(first)} take {Seconds(first.Seconds.Median)} s.")
                : new Finding(FindingKind.Result, Sentence(study, first, last));
        }

        foreach (var note in study.Notes)
        {
            yield return new Finding(FindingKind.Caution, char.ToUpperInvariant(note[0]) + note[1..] + ".");
        }
    }

    private static string Sentence(ScaleStudy study, ScalePoint first, ScalePoint last) =>
        $"{Count(last)} take {Seconds(last.Seconds.Median)} s with {last.Replicas} replicas, "
        + (study.Weak ? $"{Numbers.Count(first.Rows)} rows " : "")
        + $"{Seconds(first.Seconds.Median)} s with {first.Replicas}: a speed-up of {Factor(last.SpeedUp)}, "
        + $"{Numbers.Percent(last.Efficiency, 0)} efficient"
        + (last.SerialFraction is { } e ? $", as if {Numbers.Percent(e)} of it were serial." : ".");

    private static string Count(ScalePoint point) => TrainingWords.Plural(point.Rows, "row");
}
