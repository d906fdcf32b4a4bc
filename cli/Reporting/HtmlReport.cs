using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Writes <c>report.html</c>, the page of an analysis.</summary>
internal static class HtmlReport
{
    /// <summary>The page of <paramref name="report"/>.</summary>
    public static string Render(Report report) => HtmlPage.Render(
        PageAssets.Template, Title(report), PageAssets.Style, PageAssets.Script,
        ("report", ReportJson.ToCompactJson(report)), ("findings", HtmlPage.ToJson(ReportFindings.Of(report))));

    private static string Title(Report report)
    {
        var name = report.Model?.Name ?? "";
        return name.Length == 0 ? "KoopmanMesh report" : name + " · KoopmanMesh report";
    }
}
