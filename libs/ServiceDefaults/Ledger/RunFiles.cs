using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.ServiceDefaults.Storage;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// One JSON file for each run, and a journal of its work beside it, in a folder that one process owns at a time: the
/// cache above would not see another's writes.
/// </summary>
internal sealed class RunFiles : IDisposable
{
    private readonly string _folder;
    private readonly TemporaryFiles _temporary;
    private readonly FileStream _owner;
    private readonly TimeProvider _time;

    private RunFiles(string folder, TemporaryFiles temporary, FileStream owner, TimeProvider time) =>
        (_folder, _temporary, _owner, _time) = (folder, temporary, owner, time);

    internal static RunFiles Open(string folder, TimeProvider time)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var temporary = TemporaryFiles.Open(Path.Combine(folder, "tmp"), time);
            return new RunFiles(folder, temporary, Own(folder), time);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw Translate(e, $"open \"{folder}\"");
        }
    }

    internal async Task<List<RunRecord>> ReadAllAsync(UnreadableRuns unreadable, CancellationToken ct)
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
                // It stays for whoever looks into it.
                unreadable.Add(Path.GetFileNameWithoutExtension(path), e.Message);
            }
        }

        return runs;
    }

    internal async Task WriteAsync(RunRecord run, CancellationToken ct)
    {
        try
        {
            await _temporary.ReplaceAsync(PathOf(run.RunId), RunFile.Bytes(run), ct).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw Translate(e, $"write run '{run.RunId}'");
        }
    }

    /// <summary>The work of a run that was created just now.</summary>
    internal WorkTable NewWork(string runId) => new(new WorkJournal(WorkPathOf(runId), 0), [], _time);

    /// <summary>The work of a run that an earlier process began.</summary>
    internal async Task<WorkTable> OpenWorkAsync(string runId, ILogger logger, CancellationToken ct)
    {
        var path = WorkPathOf(runId);
        var (items, length) = await WorkJournal.ReadAsync(path, runId, logger, ct).ConfigureAwait(false);
        return new WorkTable(new WorkJournal(path, length), items, _time);
    }

    /// <summary>The work of a run that has ended.</summary>
    internal async Task<IReadOnlyList<WorkItem>> ReadWorkAsync(string runId, ILogger logger, CancellationToken ct)
    {
        var (items, _) = await WorkJournal.ReadAsync(WorkPathOf(runId), runId, logger, ct).ConfigureAwait(false);
        items.Sort(static (a, b) => WorkTable.Compare(a.Key, b.Key));
        return items;
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
        var run = RunFile.Parse(await File.ReadAllBytesAsync(path, ct).ConfigureAwait(false));
        return RunIds.IsValid(run.RunId) && run.RunId == Path.GetFileNameWithoutExtension(path)
            ? run
            : throw new JsonException("its run id is not its name");
    }

    internal static RunLedgerException Translate(Exception e, string what) => StorageFaults.IsFull(e)
        ? new RunLedgerException(RunLedgerException.Full, $"the ledger could not {what}: its disk is full", e)
        : new RunLedgerException(RunLedgerException.Failed, $"the ledger could not {what}: {e.Message}", e);

    private string WorkPathOf(string runId) => Path.Combine(_folder, RunIds.Require(runId) + ".work.jsonl");

    private string PathOf(string runId) => Path.Combine(_folder, RunIds.Require(runId) + ".json");
}
