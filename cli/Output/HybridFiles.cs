using System.Text;
using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// The files of a replacement: the chosen hybrid with its report beside it, and the others of the front where they were
/// asked for. Begun before the search, so that a folder that can't be written to is told of at once.
/// </summary>
internal sealed class HybridFiles : IDisposable
{
    private readonly ReplaceSettings _settings;
    private readonly AtomicFile _hybrid;
    private readonly AtomicFile _sidecar;

    public HybridFiles(ReplaceSettings settings)
    {
        _settings = settings;
        OutputFile.RequireOther(settings.Sidecar, settings.Inputs);
        _hybrid = OutputFile.Begin(settings.Output, settings.Inputs);
        try
        {
            _sidecar = OutputFile.Begin(settings.Sidecar, settings.Inputs);
        }
        catch
        {
            _hybrid.Dispose();
            throw;
        }
    }

    /// <summary>Writes what the run chose; nothing when it chose to replace nothing.</summary>
    public async Task WriteAsync(
        ReplacementClient client, string runId, ReplacementReport report, CancellationToken cancellationToken)
    {
        if (report.Chosen < 0)
        {
            return;
        }

        await OutputFile.CompleteAsync(
            _hybrid, _settings.Output,
            stream => client.DownloadAsync(runId, report.Front[report.Chosen].Id, stream, cancellationToken));
        await OutputFile.CompleteAsync(
            _sidecar, _settings.Sidecar,
            stream => stream.WriteAsync(Encoding.UTF8.GetBytes(ReportJson.ToJson(report)), cancellationToken).AsTask());
    }

    /// <summary>Writes every hybrid of the front into a folder, numbered as in the table.</summary>
    public static async Task WriteFrontAsync(
        string folder, ReplacementClient client, ReplacementReport report, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            for (var i = 0; i < report.Front.Count; i++)
            {
                using var file = new AtomicFile(Path.Combine(folder, $"{i + 1}.onnx"));
                await client.DownloadAsync(report.RunId, report.Front[i].Id, file.Content, cancellationToken);
                file.Complete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCodes.Environment,
                $"the front can't be written to '{folder}': {e.Message}; name another folder with --front", e);
        }
    }

    public void Dispose()
    {
        _hybrid.Dispose();
        _sidecar.Dispose();
    }
}
