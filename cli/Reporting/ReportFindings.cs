using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Says in words what the numbers of a report say, and what they do not.</summary>
internal static class ReportFindings
{
    private const int LongestName = 32;

    /// <summary>The findings, in reading order: what was found, what may be believed, what may not.</summary>
    public static IReadOnlyList<Finding> Of(Report report) =>
    [
        .. CreditFindings.Of(report),
        .. AuditFindings.Of(report.Audit),
        .. EvidenceFindings.Of(report),
    ];

    /// <summary>How a sentence names a component.</summary>
    internal static string Name(ComponentReport component) => component.Name.Length == 0
        ? $"component {component.Index}"
        : $"component {component.Index} ({Shorten(component.Name)})";

    // Layer names share their beginnings, so a long one keeps both ends.
    private static string Shorten(string name) =>
        name.Length <= LongestName ? name : $"{name[..(LongestName / 2)]}…{name[^((LongestName / 2) - 1)..]}";

    /// <summary>Puts a capital at the start of a sentence.</summary>
    internal static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
