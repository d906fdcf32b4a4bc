using System.Text;
using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Experiments.Dynamics;

/// <summary>
/// The folder of an experiment: report.md, figures/NAME-*.svg and seeds/*.json. Files appear complete or not at all.
/// </summary>
/// <param name="path">The folder; it is made with the first file.</param>
public sealed class ExperimentFolder(string path)
{
    /// <summary>Of the report's file.</summary>
    public const string ReportName = "report.md";

    /// <summary>Where finished seeds are kept.</summary>
    public SeedStore Seeds { get; } = new(Path.Combine(path, "seeds"));

    /// <summary>Writes the report and its figures; returns where the report is.</summary>
    /// <param name="experiment">Whose it is: its name stands before those of the figures.</param>
    /// <param name="report">What it found.</param>
    /// <param name="command">The command line that found it.</param>
    public string Write(IExperiment experiment, ExperimentReport report, string command)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var (name, figure) in report.Sections.SelectMany(s => s.Figures ?? new Dictionary<string, Figure>()))
        {
            Save(ExperimentText.Place(experiment, name), FigureSvg.Write(figure));
        }

        return Save(ReportName, ExperimentText.Write(experiment, report, command));
    }

    private string Save(string name, string text)
    {
        var file = Path.Combine(path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        using var output = new AtomicFile(file);
        output.Content.Write(Encoding.UTF8.GetBytes(text));
        output.Complete();
        return file;
    }
}
