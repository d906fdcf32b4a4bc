using System.Text.RegularExpressions;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>
/// A run's warnings, told apart: what the reader of a verdict must know, and notes on stand-ins that were tried and are
/// no part of it.
/// </summary>
internal static partial class ReplacementNotes
{
    /// <summary>Warnings on the run as a whole, and on the stand-ins of the hybrid the report is about.</summary>
    public static IReadOnlyList<string> Relevant(ReplacementReport report) =>
        [.. report.Warnings.Where(warning => !IsAside(report, warning)).Distinct()];

    /// <summary>The others.</summary>
    public static IReadOnlyList<string> Asides(ReplacementReport report) =>
        [.. report.Warnings.Where(warning => IsAside(report, warning)).Distinct()];

    // The services begin a note on a stand-in with its region and lift.
    private static bool IsAside(ReplacementReport report, string warning)
    {
        var match = Note().Match(warning);
        return match.Success
            && !(ReplacementWords.Subject(report)?.Regions.Any(
                region => region.Region == match.Groups[1].Value && region.Lift == match.Groups[2].Value) ?? false)
            && !(match.Groups[3].Length > 0 && report.Options is { Lifts.Count: > 0 });
    }

    [GeneratedRegex(@"^(\S+) by (\S+?)(?::| (was left out):) ")]
    private static partial Regex Note();
}
