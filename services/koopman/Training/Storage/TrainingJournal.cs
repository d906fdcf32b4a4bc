using System.Buffers;
using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>
/// What happened to a run, one JSON object a line, only ever appended to. A line counts once its end of line is
/// written: what a stopped service left of one is cut off when the run goes on. Not thread-safe.
/// </summary>
internal sealed class TrainingJournal : IDisposable
{
    private static readonly byte[] _endOfLine = "\n"u8.ToArray();

    private readonly FileStream _file;
    private readonly string _trainingId;
    private readonly long _mostBytes;
    private readonly ArrayBufferWriter<byte> _line = new();

    private TrainingJournal(FileStream file, string trainingId, long mostBytes) =>
        (_file, _trainingId, _mostBytes) = (file, trainingId, mostBytes);

    /// <summary>Bytes of its lines.</summary>
    public long Length { get; private set; }

    /// <summary>Opens the journal and reads what is in it, one entry a line.</summary>
    /// <exception cref="PreconditionException">A line that others follow can't be read.</exception>
    public static (TrainingJournal Journal, List<JournalLine> Entries) Open(
        string path, string trainingId, long mostBytes)
    {
        var file = new FileStream(
            path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            var journal = new TrainingJournal(file, trainingId, mostBytes);
            return (journal, journal.Parse(bytes));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Appends a line. It is with the operating system when this returns.</summary>
    /// <exception cref="CapacityException">The journal would be too long.</exception>
    public void Append(JournalEntry entry)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            JsonSerializer.Serialize(json, entry, TrainingJsonContext.Default.JournalEntry);
        }

        _line.Write(_endOfLine);
        if (Length + _line.WrittenCount > _mostBytes)
        {
            throw new CapacityException(
                "TRAINING_JOURNAL_FULL",
                $"what is written down of training '{_trainingId}' would take {Length + _line.WrittenCount} bytes "
                + $"beside its snapshots, allowed are {_mostBytes}; take a larger hop, fewer layers or a larger "
                + "stride");
        }

        // Over whatever a stopped service left of a line: cut only here, so that reading changes nothing.
        DiskFaults.Tell(() =>
        {
            _file.SetLength(Length);
            _file.Position = Length;
            _file.Write(_line.WrittenSpan);
        });
        Length += _line.WrittenCount;
    }

    /// <summary>Has it survive a loss of power.</summary>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <summary>Forgets the lines from <paramref name="length"/> on; the next one follows there.</summary>
    public void CutTo(long length) => Length = length;

    /// <summary>Snapshots and the newest verdict of a journal, without reading what else is in it.</summary>
    public static (long Snapshots, string Verdict) Summarize(string path)
    {
        var (snapshots, verdict) = (0L, "");
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
        {
            var line = bytes[..end];
            if (line.StartsWith("{\"snapshot\""u8))
            {
                (snapshots, verdict) = (snapshots + 1, "");
            }
            else if (line.StartsWith("{\"end\""u8))
            {
                var entry = JsonSerializer.Deserialize(line, TrainingJsonContext.Default.JournalEntry);
                verdict = entry?.End?.Verdict ?? "";
            }

            bytes = bytes[(end + 1)..];
        }

        return (snapshots, verdict);
    }

    private List<JournalLine> Parse(ReadOnlySpan<byte> bytes)
    {
        var entries = new List<JournalLine>();
        for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
        {
            try
            {
                entries.Add(new JournalLine(
                    Length, JsonSerializer.Deserialize(bytes[..end], TrainingJsonContext.Default.JournalEntry)!));
            }
            catch (JsonException e)
            {
                throw new PreconditionException(
                    "TRAINING_DAMAGED", _trainingId,
                    $"line {entries.Count + 1} of what is written down of training '{_trainingId}' can't be read; "
                    + "delete the run",
                    e);
            }

            Length += end + 1;
            bytes = bytes[(end + 1)..];
        }

        return entries;
    }
}

/// <summary>An entry and where its line begins.</summary>
internal readonly record struct JournalLine(long Start, JournalEntry Entry);
