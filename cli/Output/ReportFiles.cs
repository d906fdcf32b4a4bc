using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Output;

/// <summary>Writes a report's JSON and page into a folder: both or neither, never half a file.</summary>
internal static class ReportFiles
{
    /// <summary>report.json and report.html; returns where the page is.</summary>
    public static Task<string> WriteAsync(string folder, Report report, CancellationToken cancellationToken) =>
        WriteAsync(
            (folder, "--output"), report.RunId, ("report.json", ReportJson.ToJson(report)),
            ("report.html", HtmlReport.Render(report)), cancellationToken);

    /// <summary>The same of any report; <paramref name="folder"/> comes with the option that names it.</summary>
    public static async Task<string> WriteAsync(
        (string Path, string Option) folder, string runId, (string Name, string Text) json,
        (string Name, string Text) page, CancellationToken cancellationToken)
    {
        (string Name, string Text)[] files = [json, page];
        var temporary = new List<string>();
        try
        {
            Directory.CreateDirectory(folder.Path);
            foreach (var (name, text) in files)
            {
                var path = Path.Combine(folder.Path, $".{name}.{runId}.partial");
                temporary.Add(path);
                await File.WriteAllTextAsync(path, text, cancellationToken);
            }

            for (var i = 0; i < files.Length; i++)
            {
                File.Move(temporary[i], Path.Combine(folder.Path, files[i].Name), overwrite: true);
            }

            return Path.GetFullPath(Path.Combine(folder.Path, page.Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCodes.Environment,
                $"the report can't be written to '{folder.Path}': {e.Message}; "
                + $"name another folder with {folder.Option}",
                e);
        }
        finally
        {
            temporary.ForEach(File.Delete);
        }
    }
}
