using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>
/// The runs on disk, a folder each. One process owns them at a time; in it a run is open once, however many read it,
/// and one stream at most writes it.
/// </summary>
internal sealed class TrainingStore(
    IOptions<StateOptions> state, IOptions<TrainingServiceOptions> options, ILogger<TrainingStore> logger) : IDisposable
{
    private const string ManifestName = "manifest.json";
    private const string JournalName = "journal.jsonl";

    private readonly string _root = Path.Combine(Path.GetFullPath(state.Value.Root), "trainings");
    private readonly Dictionary<string, OpenRun> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _bytes = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private FileStream? _owner;

    public void Dispose()
    {
        lock (_lock)
        {
            _owner?.Dispose();
            _owner = null;
        }
    }

    /// <summary>Begins a run and opens it for writing.</summary>
    /// <exception cref="ConflictException">The id is taken.</exception>
    /// <exception cref="CapacityException">There are too many runs.</exception>
    public TrainingLease Create(TrainingManifest manifest)
    {
        lock (_lock)
        {
            Own();
            var folder = FolderOf(manifest.TrainingId);
            if (Directory.Exists(folder))
            {
                throw new ConflictException(
                    "TRAINING_EXISTS", "training", manifest.TrainingId,
                    $"training '{manifest.TrainingId}' is stored already; resume it, delete it or take another id");
            }

            var runs = Folders().Count();
            if (runs >= options.Value.MaxRuns)
            {
                throw new CapacityException(
                    "TRAININGS_FULL",
                    $"{runs} trainings are stored, which is the most this service keeps; delete one first");
            }

            Write(folder, manifest);
            return Enter(manifest.TrainingId, write: true);
        }
    }

    /// <summary>Opens a stored run for writing.</summary>
    /// <exception cref="PreconditionException">Another stream writes it.</exception>
    public TrainingLease Resume(string id) => Enter(id, write: true);

    /// <summary>Opens a stored run for reading.</summary>
    /// <exception cref="ResourceNotFoundException">There is none.</exception>
    public TrainingLease Read(string id) => Enter(id, write: false);

    /// <summary>Forgets a run. Who reads it still has it to the end.</summary>
    public void Delete(string id)
    {
        lock (_lock)
        {
            Own();
            if (_open.TryGetValue(id, out var open) && open.IsWritten)
            {
                throw new PreconditionException(
                    "TRAINING_WATCHED", id, $"training '{id}' is being watched by a stream; close that stream first");
            }

            RequireStored(id);
            _open.Remove(id);

            // Away by one rename, so that a service that stops meanwhile leaves no half of a run.
            var doomed = Path.Combine(_root, "tmp", Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(Path.GetDirectoryName(doomed)!);
            Directory.Move(FolderOf(id), doomed);
            Directory.Delete(doomed, recursive: true);
            _bytes.Remove(TrainingIds.FolderOf(id));
        }
    }

    /// <summary>The runs, newest first. One that can't be read is logged and left out.</summary>
    public IReadOnlyList<TrainingListing> List(int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Own();
        }

        // Not under the lock: whoever watches need not wait for it.
        IEnumerable<(string Folder, TrainingManifest? Manifest)> runs = Folders()
            .Select(folder => (folder, TryRead(folder, () => ReadManifest(folder), cancellationToken)));
        return [.. runs
            .Where(run => run.Manifest is not null)
            .OrderByDescending(run => run.Manifest!.Created)
            .ThenBy(run => run.Manifest!.TrainingId, StringComparer.Ordinal)
            .Take(limit)
            .Select(run => TryRead(run.Folder, () => ListingOf(run.Folder, run.Manifest!), cancellationToken))
            .OfType<TrainingListing>()];
    }

    /// <summary>Lets a run's file of snapshots grow to so many bytes.</summary>
    /// <exception cref="CapacityException">All runs together would take too many.</exception>
    public void Reserve(string id, long bytes)
    {
        lock (_lock)
        {
            var folder = TrainingIds.FolderOf(id);
            var others = _bytes.Sum(run => run.Key == folder ? 0 : run.Value);
            if (others + bytes > options.Value.MaxTotalBytes)
            {
                throw new CapacityException(
                    "TRAININGS_FULL",
                    $"the snapshots of training '{id}' would take {bytes} bytes and those of the others take {others}, "
                    + $"allowed are {options.Value.MaxTotalBytes} together; delete a training or keep less history");
            }

            _bytes[folder] = bytes;
        }
    }

    private TrainingLease Enter(string id, bool write)
    {
        OpenRun? entered;
        lock (_lock)
        {
            Own();
            RequireStored(id);
            if (!_open.TryGetValue(id, out entered))
            {
                entered = new OpenRun(() => Load(id));
                _open.Add(id, entered);
            }

            if (write && entered.IsWritten)
            {
                throw new PreconditionException(
                    "TRAINING_WATCHED", id, $"training '{id}' is being watched by another stream; one at a time can");
            }

            entered.Users++;
            entered.IsWritten |= write;
        }

        try
        {
            return new TrainingLease(entered.Run.Value, () => Leave(id, entered, write));
        }
        catch
        {
            Leave(id, entered, write);
            throw;
        }
    }

    private void Leave(string id, OpenRun left, bool write)
    {
        lock (_lock)
        {
            left.IsWritten &= !write;
            if (--left.Users > 0)
            {
                return;
            }

            if (_open.TryGetValue(id, out var open) && ReferenceEquals(open, left))
            {
                _open.Remove(id);
            }
        }

        left.Dispose();
    }

    private TrainingRun Load(string id)
    {
        var folder = FolderOf(id);
        return new TrainingRun(folder, ReadManifest(folder), options.Value.MaxJournalBytes);
    }

    private static TrainingListing ListingOf(string folder, TrainingManifest manifest)
    {
        var (snapshots, verdict) = TrainingJournal.Summarize(Path.Combine(folder, JournalName));
        return new TrainingListing(manifest, snapshots, BytesOf(folder), verdict);
    }

    // Deleted meanwhile, or damaged.
    private T? TryRead<T>(string folder, Func<T> read, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or PreconditionException or JsonException)
        {
            Log.TrainingSkipped(logger, folder, e.Message);
            return null;
        }
    }

    private static long BytesOf(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);

    private IEnumerable<string> Folders() =>
        Directory.EnumerateDirectories(_root).Where(folder => File.Exists(Path.Combine(folder, ManifestName)));

    private string FolderOf(string id) => Path.Combine(_root, TrainingIds.FolderOf(id));

    private void RequireStored(string id)
    {
        if (!File.Exists(Path.Combine(FolderOf(TrainingIds.Require(id)), ManifestName)))
        {
            throw new ResourceNotFoundException(
                "TRAINING_NOT_FOUND", "training", id, $"no training '{id}' is stored here");
        }
    }

    // The folder appears with its manifest and an empty journal, or not at all.
    private void Write(string folder, TrainingManifest manifest)
    {
        var making = Path.Combine(_root, "tmp", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(making);
        using (var file = new FileStream(Path.Combine(making, ManifestName), FileMode.CreateNew))
        {
            JsonSerializer.Serialize(file, manifest, TrainingJsonContext.Default.TrainingManifest);

            // What is flushed of the run later is worth nothing without.
            file.Flush(flushToDisk: true);
        }

        File.WriteAllBytes(Path.Combine(making, JournalName), []);
        Directory.Move(making, folder);
    }

    private static TrainingManifest ReadManifest(string folder)
    {
        var json = File.ReadAllBytes(Path.Combine(folder, ManifestName));
        try
        {
            var manifest = JsonSerializer.Deserialize(json, TrainingJsonContext.Default.TrainingManifest);
            return manifest is { Schema: TrainingManifest.CurrentSchema }
                ? manifest
                : throw new JsonException($"its schema is {manifest?.Schema}, expected "
                    + $"{TrainingManifest.CurrentSchema}");
        }
        catch (JsonException e)
        {
            throw new PreconditionException(
                "TRAINING_DAMAGED", folder, $"the training in \"{folder}\" can't be read: {e.Message}", e);
        }
    }

    private void Own()
    {
        if (_owner is not null)
        {
            return;
        }

        Directory.CreateDirectory(_root);
        var path = Path.Combine(_root, ".owner");
        try
        {
            _owner = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new PreconditionException(
                "TRAININGS_IN_USE", _root,
                $"another process keeps its trainings in \"{_root}\", expected a folder of our own; set State:Root", e);
        }

        // What a service left that was stopped while it made or deleted a run.
        if (Path.Combine(_root, "tmp") is var left && Directory.Exists(left))
        {
            Directory.Delete(left, recursive: true);
        }

        foreach (var folder in Folders())
        {
            _bytes[Path.GetFileName(folder)] = BytesOf(folder);
        }
    }
}
