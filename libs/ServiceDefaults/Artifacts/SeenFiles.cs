using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>What a file looks like from outside; another one when it was written to since.</summary>
internal readonly record struct FileState(long Length, DateTime ChangedAt)
{
    internal static FileState Of(SafeFileHandle file) =>
        new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
}

/// <summary>What has been seen to be intact of a file in a certain state.</summary>
/// <param name="State">That state.</param>
/// <param name="Blocks">Its blocks; null when all of it has been seen.</param>
/// <param name="Seen">Which of them have been seen.</param>
internal sealed record SeenFile(FileState State, BlockList? Blocks, bool[] Seen)
{
    private const int HashBytes = 32;

    // About what the objects and the entry take besides.
    private const int FixedBytes = 512;

    internal long Bytes => FixedBytes + (Seen.Length * (HashBytes + 1L));

    internal static SeenFile Whole(FileState state) => new(state, null, []);

    internal static SeenFile Nothing(FileState state, BlockList blocks) => new(state, blocks, new bool[blocks.Count]);
}

/// <summary>Files by digest, and what this process has seen of them; forgotten when they become too many.</summary>
internal sealed class SeenFiles
{
    // Block lists of 8 TB of artifacts, or 100,000 small ones.
    private const long MostBytes = 64 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SeenFile> _files = new(StringComparer.Ordinal);
    private long _bytes;

    internal SeenFile? Find(string digest)
    {
        lock (_lock)
        {
            return _files.GetValueOrDefault(digest);
        }
    }

    /// <summary>Begins to remember blocks, unless somebody has for the same state: then goes on with theirs.</summary>
    internal SeenFile Begin(string digest, SeenFile file)
    {
        lock (_lock)
        {
            return _files.TryGetValue(digest, out var known) && known.State == file.State ? known : Put(digest, file);
        }
    }

    /// <summary>Remembers instead of what was known.</summary>
    internal void Set(string digest, SeenFile file)
    {
        lock (_lock)
        {
            Put(digest, file);
        }
    }

    /// <summary>This process changed the time of a file, and nothing else of it.</summary>
    internal void Renewed(string digest, FileState before, DateTime now)
    {
        lock (_lock)
        {
            if (_files.TryGetValue(digest, out var known) && known.State == before)
            {
                _files[digest] = known with { State = before with { ChangedAt = now } };
            }
        }
    }

    private SeenFile Put(string digest, SeenFile file)
    {
        if (_files.Remove(digest, out var known))
        {
            _bytes -= known.Bytes;
        }

        if (_bytes + file.Bytes > MostBytes)
        {
            _files.Clear();
            _bytes = 0;
        }

        _files[digest] = file;
        _bytes += file.Bytes;
        return file;
    }
}
