using System.Text;
using KoopmanMesh.Experiments.Dynamics.Figures;

namespace KoopmanMesh.Experiments.Dynamics;

/// <summary>A report as a page of Markdown. The same report and command give the same text.</summary>
internal static class ExperimentText
{
    public static string Write(IExperiment experiment, ExperimentReport report, string command)
    {
        var text = new StringBuilder();
        Part(text, $"# {report.Title}");
        Part(text, $"Written by `{command}`.");
        Part(text, report.Summary);
        foreach (var section in report.Sections)
        {
            Part(text, $"## {section.Heading}");
            Part(text, section.Markdown);
            foreach (var (name, figure) in section.Figures ?? new Dictionary<string, Figure>())
            {
                Part(text, $"![{figure.Title}]({Place(experiment, name)})");
            }
        }

        return text.ToString().TrimEnd() + "\n";
    }

    /// <summary>Where a figure is, from the report: the same beside all other reports.</summary>
    public static string Place(IExperiment experiment, string name) => $"figures/{experiment.Name}-{name}.svg";

    private static void Part(StringBuilder text, string part)
    {
        if (part.Length > 0)
        {
            text.Append(part.TrimEnd()).Append("\n\n");
        }
    }
}
