using System.Globalization;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>How terminal and page name what was replaced, and by what.</summary>
internal static class ReplacementWords
{
    /// <summary>"dense_2..dense_4 by relu:200, rank 20".</summary>
    public static string Name(ReplacedRegion region) => region.Lift switch
    {
        "skip" => $"{region.Region} left out",
        "constant" => $"{region.Region} by its mean",
        _ => $"{region.Region} by {region.Lift}, rank {region.Rank}",
    };

    /// <summary>The same of all regions of a hybrid.</summary>
    public static string Name(IEnumerable<ReplacedRegion> regions) => string.Join(" and ", regions.Select(Name));

    /// <summary>The hybrid that the reader should look at: the chosen one, else the best that was exported.</summary>
    public static Hybrid? Subject(ReplacementReport report) => report.Front.Count == 0
        ? null
        : report.Front[Math.Clamp(report.Chosen, 0, report.Front.Count - 1)];

    /// <summary>Whether plain affine least squares is all there is to a hybrid.</summary>
    public static bool IsAffine(Hybrid hybrid) => hybrid.Regions.All(region => region.Lift == "affine");

    public static Baseline? Baseline(Hybrid hybrid, string name) =>
        hybrid.Baselines.FirstOrDefault(baseline => baseline.Name == name && baseline.Performance is not null);

    /// <summary>What the score measures, as a column's title.</summary>
    public static string Measure(ReplacementReport report) => report.Measure.Length == 0
        ? "Score"
        : char.ToUpperInvariant(report.Measure[0]) + report.Measure[1..];

    /// <summary>A ratio of times or of work, two decimals.</summary>
    public static string Ratio(double value) =>
        double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : Numbers.Undefined;

    /// <summary>Work of a hybrid relative to the original's.</summary>
    public static double Work(ReplacementReport report, Costs? costs) =>
        costs is null || report.OriginalCosts is not { Operations: > 0 } original
            ? double.NaN
            : (double)costs.Operations / original.Operations;

    /// <summary>
    /// Whether a hybrid takes no more operations than the original and 1 % less of them, of parameters or of unstable
    /// ReLUs: others are chosen only by name.
    /// </summary>
    public static bool Saves(ReplacementReport report, Costs? costs) =>
        costs is not null && report.OriginalCosts is { } original && costs.Operations <= original.Operations
        && (IsLess(costs.Operations, original.Operations) || IsLess(costs.Parameters, original.Parameters)
            || (costs.HasUnstableRelus && original.HasUnstableRelus
                && IsLess(costs.UnstableRelus, original.UnstableRelus)));

    /// <summary>Unstable ReLUs of all, "12/40".</summary>
    public static string Relus(Costs? costs) => costs is { HasUnstableRelus: true }
        ? costs.HasRelus ? $"{Numbers.Count(costs.UnstableRelus)}/{Numbers.Count(costs.Relus)}"
            : Numbers.Count(costs.UnstableRelus)
        : Numbers.Undefined;

    private static bool IsLess(long hybrid, long original) => original > 0 && hybrid <= 0.99 * original;
}
