using System.IO.Compression;

namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// All arrays of an NPY, NPZ or safetensors file: only the headers are read when it is opened, and held against the
/// file's length. <see cref="ArraySource"/> opens one array alone. Not thread-safe.
/// </summary>
public sealed class ArrayFile : IDisposable
{
    private const string NpyEnding = ".npy";

    private readonly FileStream _file;
    private readonly ZipArchive? _zip;

    private ArrayFile(string path, FileStream file)
    {
        (Path, _file) = (path, file);
        Span<byte> start = stackalloc byte[9];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (start.IsEmpty)
        {
            throw new ArrayFileException($"'{path}' is empty; expected {ArraySource.Formats}");
        }

        if (NpyFormat.Matches(start))
        {
            var header = NpyFormat.Read(file, path);
            Entries = [new ArrayEntry("", header.Validate(path, file.Length - header.Offset, scalar: true))];
        }
        else if (start is [(byte)'P', (byte)'K', ..])
        {
            _zip = new ZipArchive(file, ZipArchiveMode.Read);
            Entries =
                [.. _zip.Entries.Where(e => e.FullName.EndsWith(NpyEnding, StringComparison.Ordinal)).Select(Npz)];
        }
        else
        {
            Entries = SafetensorsFormat.Matches(start, file.Length)
                ? Safetensors()
                : throw new ArrayFileException($"'{path}' is not {ArraySource.Formats}");
        }

        if (Entries.Count == 0)
        {
            throw new ArrayFileException($"'{path}' holds no array");
        }
    }

    /// <summary>Where the file lies.</summary>
    public string Path { get; }

    /// <summary>Its arrays, in the order of the file; at least one.</summary>
    public IReadOnlyList<ArrayEntry> Entries { get; }

    /// <summary>The strings that a safetensors file stores beside its tensors; empty for the others.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

    /// <summary>Opens a file.</summary>
    /// <exception cref="ArrayFileException">
    /// There is no such file, it is damaged or of none of the formats, or an array is complex or of Python objects.
    /// </exception>
    public static ArrayFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = ArraySource.OpenFile(path);
        try
        {
            return new ArrayFile(path, file);
        }
        catch (Exception e)
        {
            file.Dispose();
            throw ArraySource.Explained(e, path);
        }
    }

    /// <summary>How errors name an array: the file, and the array's name where it has one.</summary>
    public string NameOf(ArrayEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Name.Length == 0 ? Path : $"{Path}:{entry.Name}";
    }

    /// <summary>The numbers of an array from the first to the last, while the file is open.</summary>
    /// <exception cref="ArrayFileException">It is damaged, or too large for its order.</exception>
    public ElementSequence Read(ArrayEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var source = _zip is null
            ? new ArraySource(NameOf(entry), entry.Header, _file, entry.Header.Offset)
            : Unzip(_zip, entry);
        try
        {
            return new ElementSequence(source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zip?.Dispose();
        _file.Dispose();
    }

    private ArraySource Unzip(ZipArchive zip, ArrayEntry entry)
    {
        try
        {
            return ArraySource.OfEntry(zip.GetEntry(entry.Name + NpyEnding)!, NameOf(entry));
        }
        catch (Exception e)
        {
            throw ArraySource.Explained(e, Path);
        }
    }

    private ArrayEntry Npz(ZipArchiveEntry entry)
    {
        var name = entry.FullName[..^NpyEnding.Length];
        using var content = entry.Open();
        var header = NpyFormat.Read(content, $"{Path}:{name}");
        return new ArrayEntry(name, header.Validate($"{Path}:{name}", entry.Length - header.Offset, scalar: true));
    }

    private ArrayEntry[] Safetensors()
    {
        var (entries, metadata, start) = SafetensorsFormat.ReadAll(_file, Path);
        Metadata = metadata;
        return [.. entries.Select(entry => new ArrayEntry(entry.Key, SafetensorsFormat.Parse(
            entry.Value, start, _file.Length, $"{Path}:{entry.Key}", scalar: true))).OrderBy(e => e.Header.Offset)];
    }
}
