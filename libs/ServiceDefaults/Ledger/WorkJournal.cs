using System.Text.Json;
using System.Text.Json.Serialization;
using KoopmanMesh.ServiceDefaults.Storage;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// What became of a run's work, one JSON line for each change beside the run's file; of one piece of work the last line
/// counts. A line that a crash tore is dropped, and its work is done again.
/// </summary>
internal sealed class WorkJournal(string path, long length) : IDisposable
{
    private const byte NewLine = (byte)'\n';

    private long _length = length;
    private SafeFileHandle? _file;

    /// <summary>Reads the journal, and where its next line goes.</summary>
    internal static async Task<(List<WorkItem> Items, long Length)> ReadAsync(
        string path, string runId, ILogger logger, CancellationToken ct)
    {
        try
        {
            var content = File.Exists(path) ? await File.ReadAllBytesAsync(path, ct).ConfigureAwait(false) : [];
            var length = Array.LastIndexOf(content, NewLine) + 1;
            return (Parse(content.AsSpan(0, length), path, runId, logger), length);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw RunFiles.Translate(e, $"read the work of run '{runId}'");
        }
    }

    /// <summary>Appends a line for each item; with <paramref name="sync"/> a power cut does not lose them.</summary>
    internal async Task AppendAsync(IEnumerable<WorkItem> items, bool sync, CancellationToken ct)
    {
        using var lines = new MemoryStream();
        foreach (var item in items)
        {
            await JsonSerializer.SerializeAsync(lines, item, WorkItemJsonContext.Default.WorkItem, ct)
                .ConfigureAwait(false);
            lines.WriteByte(NewLine);
        }

        if (lines.Length == 0)
        {
            return;
        }

        try
        {
            // What a write leaves that fails half-way is overwritten by the next one, or dropped as a torn line.
            _file ??= File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            await RandomAccess.WriteAsync(_file, lines.GetBuffer().AsMemory(0, (int)lines.Length), _length, ct)
                .ConfigureAwait(false);
            if (sync)
            {
                RandomAccess.FlushToDisk(_file);
            }

            _length += lines.Length;
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw RunFiles.Translate(e, $"write \"{path}\"");
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static List<WorkItem> Parse(ReadOnlySpan<byte> content, string path, string runId, ILogger logger)
    {
        Dictionary<WorkKey, WorkItem> items = [];
        for (var line = 1; !content.IsEmpty; line++)
        {
            var end = content.IndexOf(NewLine);
            try
            {
                var item = JsonSerializer.Deserialize(content[..end], WorkItemJsonContext.Default.WorkItem);
                items[Checked(item, runId).Key] = item!;
            }
            catch (JsonException e)
            {
                Log.WorkLineSkipped(logger, path, line, e.Message);
            }

            content = content[(end + 1)..];
        }

        return [.. items.Values];
    }

    private static WorkItem Checked(WorkItem? item, string runId) => item is { } known && known.Key.RunId == runId
        && Enum.IsDefined(known.Key.Kind) && Enum.IsDefined(known.State)
        ? known
        : throw new JsonException($"it is no work of run '{runId}'");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(WorkItem))]
internal sealed partial class WorkItemJsonContext : JsonSerializerContext;
