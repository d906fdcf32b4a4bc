using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>
/// One run on disk: its values in a ring of slots, all else in its journal and in memory. One writes snapshots and one
/// writes what was found in them; any number read meanwhile.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SnapshotFile _file;
    private readonly TrainingJournal _journal;
    private readonly List<StoredSnapshot> _snapshots = [];
    private readonly Dictionary<long, WindowsEntry> _windows = [];
    private readonly List<JumpEntry> _jumps = [];
    private readonly HashSet<long> _jumped = [];

    public TrainingRun(string folder, TrainingManifest manifest, long mostJournalBytes)
    {
        Manifest = manifest;
        Layout = manifest.Header.Tensors.ToLayout();
        IsSingle = manifest.Header.ElementType == ElementType.Float32;
        ValueBytes = IsSingle ? sizeof(float) : sizeof(double);
        (_journal, var lines) = TrainingJournal.Open(
            Path.Combine(folder, "journal.jsonl"), manifest.TrainingId, mostJournalBytes);
        _file = new SnapshotFile(Path.Combine(folder, "snapshots.bin"), SnapshotBytes, manifest.Slots);
        DropWhatIsTorn(lines);
        lines.ForEach(line => Remember(line.Entry));
        Ring = new SnapshotRing(manifest.Slots, (int)manifest.Header.History, _snapshots.Count);
    }

    public TrainingManifest Manifest { get; }

    public ParameterLayout Layout { get; }

    public bool IsSingle { get; }

    /// <summary>Of one value.</summary>
    public int ValueBytes { get; }

    /// <summary>Of one snapshot.</summary>
    public long SnapshotBytes => Layout.Count * ValueBytes;

    public SnapshotRing Ring { get; }

    /// <summary>How the alarm judged; null before.</summary>
    public AlarmEntry? Alarm { get; private set; }

    /// <summary>Of the newest stream that its client closed; null before.</summary>
    public EndEntry? End { get; private set; }

    /// <summary>Bytes on disk.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _file.Length + _journal.Length;
            }
        }
    }

    public StoredSnapshot? Last
    {
        get
        {
            lock (_lock)
            {
                return _snapshots.Count > 0 ? _snapshots[^1] : null;
            }
        }
    }

    /// <summary>Steps from snapshot to snapshot, as from the first to the second; null before there are two.</summary>
    public long? Stride
    {
        get
        {
            lock (_lock)
            {
                return _snapshots.Count > 1 ? _snapshots[1].Snapshot.Step - _snapshots[0].Snapshot.Step : null;
            }
        }
    }

    /// <summary>Decisions about proposals so far.</summary>
    public IReadOnlyList<JumpEntry> Jumps
    {
        get
        {
            lock (_lock)
            {
                return [.. _jumps];
            }
        }
    }

    public void Dispose()
    {
        _journal.Dispose();
        _file.Dispose();
    }

    /// <summary>Snapshots from one index up to before another.</summary>
    public IReadOnlyList<StoredSnapshot> Snapshots(long from, long to)
    {
        lock (_lock)
        {
            return _snapshots.GetRange(checked((int)from), checked((int)(to - from)));
        }
    }

    public StoredSnapshot Snapshot(long index)
    {
        lock (_lock)
        {
            return _snapshots[checked((int)index)];
        }
    }

    /// <summary>Whether the trainer jumped after a snapshot and before the next.</summary>
    public bool JumpedAfter(long index)
    {
        lock (_lock)
        {
            return _jumped.Contains(index);
        }
    }

    /// <summary>What was found in the window that ends with a snapshot; null where nothing is written down.</summary>
    public WindowsEntry? WindowsAt(long last)
    {
        lock (_lock)
        {
            return _windows.GetValueOrDefault(last);
        }
    }

    /// <summary>Snapshots from one index up to before another, to be read; they must be kept or held.</summary>
    public SpooledTrajectory Read(long from, long to)
    {
        var hold = Ring.HoldFrom(from);
        if (hold.First <= from)
        {
            return new SpooledTrajectory(this, _file, hold, Snapshots(from, to));
        }

        hold.Dispose();
        throw new InvalidOperationException($"snapshot {from} is no longer kept; the oldest is {hold.First}");
    }

    /// <summary>The snapshots that are kept since the last break, to be read.</summary>
    public SpooledTrajectory ReadStretch()
    {
        while (true)
        {
            var count = Ring.Count;
            var first = count == 0 ? 0 : Math.Max(count - Ring.History, Snapshot(count - 1).StretchStart);
            var hold = Ring.HoldFrom(first);
            if (hold.First <= first)
            {
                return new SpooledTrajectory(this, _file, hold, Snapshots(first, count));
            }

            // The writer was faster: what is held begins after what was counted.
            hold.Dispose();
        }
    }

    /// <summary>Writes bytes of the next snapshot, whose slot must be nobody's.</summary>
    public Task WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _file.WriteAsync(Ring.Count, offset, bytes, cancellationToken);

    /// <summary>The next snapshot's bytes are all written: from now on it is stored.</summary>
    public StoredSnapshot Store(SnapshotEntry entry)
    {
        Append(new JournalEntry { Snapshot = entry });
        Ring.Advance();
        return Last!;
    }

    /// <summary>
    /// Has all that is stored survive a loss of power: values first, so that no line speaks of lost ones.
    /// </summary>
    public void Flush()
    {
        lock (_lock)
        {
            _file.Flush();
            _journal.Flush();
        }
    }

    /// <summary>Writes down something that was found.</summary>
    public void Append(JournalEntry entry)
    {
        lock (_lock)
        {
            _journal.Append(entry);
            Remember(entry);
        }
    }

    private void Remember(JournalEntry entry)
    {
        if (entry.Snapshot is { } snapshot)
        {
            long index = _snapshots.Count;
            var start = snapshot.Break || index == 0 ? index : _snapshots[^1].StretchStart;
            _snapshots.Add(new StoredSnapshot(index, snapshot.Scalars.ToSnapshot(snapshot.Step), start));
        }
        else if (entry.Windows is { } windows)
        {
            _windows[windows.Last] = windows;
        }
        else if (entry.Jump is { } jump)
        {
            _jumps.Add(jump);
            if (jump.Keep)
            {
                _jumped.Add(jump.After - 1);
            }
        }

        Alarm = entry.Alarm ?? Alarm;
        End = entry.End ?? End;
    }

    // A machine that lost power may have kept a line and lost the bytes it speaks of: such snapshots were never stored.
    private void DropWhatIsTorn(List<JournalLine> lines)
    {
        var index = lines.Count(line => line.Entry.Snapshot is not null);
        while (index > 0)
        {
            var at = lines.FindLastIndex(line => line.Entry.Snapshot is not null);
            if (_file.IsWhole(index - 1, lines[at].Entry.Snapshot!.Checksum))
            {
                return;
            }

            _journal.CutTo(lines[at].Start);
            lines.RemoveRange(at, lines.Count - at);
            index--;
        }
    }
}
