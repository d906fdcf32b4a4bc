using System.Text.Json;
using KoopmanMesh.Cli.Reporting;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>Writes <c>scale.html</c>, the page of a study.</summary>
internal static class ScalePage
{
    public static string Render(ScaleStudy study)
    {
        var title = ScaleWords.Title(study);
        return HtmlPage.Render(
            PageAssets.ScaleTemplate,
            title + " · KoopmanMesh",
            PageAssets.Style + PageAssets.ScaleStyle,
            PageAssets.ScaleScript,
            ("report", study.ToJson()),
            ("findings", HtmlPage.ToJson(ScaleWords.Findings(study))),
            ("words", JsonSerializer.Serialize(new Dictionary<string, string>
            {
                ["title"] = title,
                ["subtitle"] = ScaleWords.Subtitle(study),
            })));
    }
}
