using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Says in words what the numbers of a report say, and what they do not.</summary>
internal static class ReportFindings
{
    /// <summary>The findings, in reading order: what was found, what may be believed, what may not.</summary>
    public static IReadOnlyList<Finding> Of(Report report) =>
    [
        .. CreditFindings.Of(report),
        .. AuditFindings.Of(report.Audit),
        .. EvidenceFindings.Of(report),
    ];

    /// <summary>How a sentence names a component.</summary>
    internal static string Name(ComponentReport component) =>
        component.Name.Length == 0 ? $"component {component.Index}" : $"component {component.Index} ({component.Name})";

    /// <summary>Puts a capital at the start of a sentence.</summary>
    internal static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
