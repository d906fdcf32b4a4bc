using System.Text.Json;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Writes <c>report.html</c>, the page of a training run.</summary>
internal static class TrainingPage
{
    /// <summary>The page of <paramref name="report"/>; <paramref name="notes"/> are on its files.</summary>
    public static string Render(string name, TrainingReport report, IReadOnlyList<string> notes) => HtmlPage.Render(
        PageAssets.TrainingTemplate,
        $"{name} · KoopmanMesh training report",
        PageAssets.Style + PageAssets.TrainingStyle,
        PageAssets.TrainingScript,
        ("report", ReportJson.ToCompactJson(report)),
        ("findings", HtmlPage.ToJson(TrainingFindings.Of(name, report, notes))),
        ("name", JsonSerializer.Serialize(name)));
}
