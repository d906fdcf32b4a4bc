using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Output;

/// <summary>Writes report.json and report.html into a folder: both or neither, never half a file.</summary>
internal static class ReportFiles
{
    public static async Task<string> WriteAsync(string folder, Report report, CancellationToken cancellationToken)
    {
        (string Name, string Text)[] files =
            [("report.json", ReportJson.ToJson(report)), ("report.html", HtmlReport.Render(report))];
        var temporary = new List<string>();
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (name, text) in files)
            {
                var path = Path.Combine(folder, $".{name}.{report.RunId}.partial");
                temporary.Add(path);
                await File.WriteAllTextAsync(path, text, cancellationToken);
            }

            for (var i = 0; i < files.Length; i++)
            {
                File.Move(temporary[i], Path.Combine(folder, files[i].Name), overwrite: true);
            }

            return Path.GetFullPath(Path.Combine(folder, "report.html"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCodes.Environment,
                $"the report can't be written to '{folder}': {e.Message}; name another folder with --output", e);
        }
        finally
        {
            temporary.ForEach(File.Delete);
        }
    }
}
