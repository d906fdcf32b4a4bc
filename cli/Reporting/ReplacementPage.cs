using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Writes <c>replacement.html</c>, the page of a replacement.</summary>
internal static class ReplacementPage
{
    /// <summary>The page of <paramref name="report"/>; <paramref name="chain"/> is the network it is about.</summary>
    public static string Render(ReplacementReport report, DescribeModelResponse chain)
    {
        var name = report.Model?.Name ?? "";
        return HtmlPage.Render(
            PageAssets.ReplacementTemplate,
            name.Length == 0 ? "KoopmanMesh replacement" : name + " · KoopmanMesh replacement",
            PageAssets.Style + PageAssets.ReplacementStyle,
            PageAssets.ReplacementScript,
            ("report", ReportJson.ToCompactJson(report)),
            ("findings", HtmlPage.ToJson(Findings(report))),
            ("chain", ReportJson.ToCompactJson(chain)));
    }

    private static IEnumerable<Finding> Findings(ReplacementReport report) =>
    [
        .. ReplacementFindings.Of(report),
        .. ReplacementNotes.Relevant(report).Select(text => new Finding(FindingKind.Caution, text)),
        .. report.Chosen < 0
            ? ReplacementFindings.Next(report).Select(text => new Finding(FindingKind.Result, $"Next: {text}."))
            : [],
    ];
}
