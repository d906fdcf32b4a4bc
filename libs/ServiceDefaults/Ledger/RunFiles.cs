using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.ServiceDefaults.Storage;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// One JSON file for each run in a folder that one process owns at a time: the cache above would not see another's
/// writes.
/// </summary>
internal sealed class RunFiles : IDisposable
{
    private readonly string _folder;
    private readonly TemporaryFiles _temporary;
    private readonly FileStream _owner;

    private RunFiles(string folder, TemporaryFiles temporary, FileStream owner) =>
        (_folder, _temporary, _owner) = (folder, temporary, owner);

    internal static RunFiles Open(string folder, TimeProvider time)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new RunFiles(folder, TemporaryFiles.Open(Path.Combine(folder, "tmp"), time), Own(folder));
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw Translate(e, $"open \"{folder}\"");
        }
    }

    internal async Task<List<RunRecord>> ReadAllAsync(ILogger logger, CancellationToken ct)
    {
        List<RunRecord> runs = [];
        foreach (var path in Directory.EnumerateFiles(_folder, "*.json"))
        {
            try
            {
                runs.Add(await ReadAsync(path, ct).ConfigureAwait(false));
            }
            catch (Exception e) when (e is JsonException || StorageFaults.IsFault(e))
            {
                // One damaged file must not keep the others from being served; it stays for whoever looks into it.
                Log.RunFileSkipped(logger, path, e.Message);
            }
        }

        return runs;
    }

    internal async Task WriteAsync(RunRecord run, CancellationToken ct)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new RunFile(RunFile.CurrentSchema, run), RunFileJsonContext.Default.RunFile);
        try
        {
            await _temporary.ReplaceAsync(PathOf(run.RunId), json, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw Translate(e, $"write run '{run.RunId}'");
        }
    }

    public void Dispose() => _owner.Dispose();

    private static FileStream Own(string folder)
    {
        var path = Path.Combine(folder, ".owner");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path) && !StorageFaults.IsFull(e))
        {
            throw new RunLedgerException(
                RunLedgerException.InUse,
                $"another process keeps its runs in \"{folder}\", expected a folder of our own; set State:Root",
                e);
        }
    }

    private static async Task<RunRecord> ReadAsync(string path, CancellationToken ct)
    {
        var json = await File.ReadAllBytesAsync(path, ct).ConfigureAwait(false);
        var file = JsonSerializer.Deserialize(json, RunFileJsonContext.Default.RunFile);
        if (file is not { Schema: RunFile.CurrentSchema })
        {
            throw new JsonException($"its schema is {file?.Schema}, expected {RunFile.CurrentSchema}");
        }

        if (!RunIds.IsValid(file.Run.RunId) || file.Run.RunId != Path.GetFileNameWithoutExtension(path))
        {
            throw new JsonException("its run id is not its name");
        }

        return file.Run with { Artifacts = file.Run.Artifacts.WithComparers(StringComparer.Ordinal) };
    }

    private static RunLedgerException Translate(Exception e, string what) => StorageFaults.IsFull(e)
        ? new RunLedgerException(RunLedgerException.Full, $"the ledger could not {what}: its disk is full", e)
        : new RunLedgerException(RunLedgerException.Failed, $"the ledger could not {what}: {e.Message}", e);

    private string PathOf(string runId) => Path.Combine(_folder, RunIds.Require(runId) + ".json");
}
