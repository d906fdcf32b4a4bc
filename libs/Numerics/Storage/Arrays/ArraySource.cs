using System.IO.Compression;

namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// One array of numbers in an NPY, NPZ or safetensors file, of either order and byte order, of any size: only the
/// header is read when it is opened, and its length is held against the file. Compressed entries of an NPZ archive are
/// unpacked into a temporary file, which goes when the source is disposed. Not thread-safe.
/// </summary>
public sealed class ArraySource : IDisposable
{
    internal const string Formats = "an NPY, NPZ or safetensors file";

    private readonly IDisposable[] _owned;

    /// <summary>Disposes of <paramref name="owned"/> with it, and of nothing else.</summary>
    internal ArraySource(string name, ArrayHeader header, Stream content, long start, params IDisposable[] owned) =>
        (Name, Header, Content, Start, _owned) = (name, header, content, start, owned);

    /// <summary>The file, and the array's name in it where it has one, as in errors.</summary>
    public string Name { get; }

    /// <summary>Extents, each at least 1.</summary>
    public IReadOnlyList<long> Shape => Header.Shape;

    /// <summary>Bytes of all numbers as they are stored (uncompressed).</summary>
    public long Bytes => Header.Bytes;

    /// <summary>True when float32 holds every number exactly.</summary>
    public bool FitsSingle => Header.FitsSingle;

    internal ArrayHeader Header { get; }

    /// <summary>Seekable.</summary>
    internal Stream Content { get; }

    /// <summary>Where in <see cref="Content"/> the numbers begin.</summary>
    internal long Start { get; }

    /// <summary>Opens PATH, or PATH:NAME for one of several arrays in an archive.</summary>
    /// <exception cref="ArrayFileException">
    /// There is no such file or array, or it is damaged, complex, of Python objects or of none of the formats.
    /// </exception>
    public static ArraySource Open(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        var (path, entry) = Split(location);
        var file = OpenFile(path);
        try
        {
            return Open(file, path, entry);
        }
        catch (Exception e)
        {
            file.Dispose();
            throw Explained(e, path);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_owned, owned => owned.Dispose());

    /// <summary>The array of one entry of an archive; <paramref name="owned"/> is disposed of with it.</summary>
    internal static ArraySource OfEntry(ZipArchiveEntry entry, string name, params IDisposable[] owned)
    {
        var content = entry.Open();
        var header = NpyFormat.Read(content, name);
        header.Validate(name, entry.Length - header.Offset, scalar: true);
        if (content.CanSeek)
        {
            return new ArraySource(name, header, content, header.Offset, [content, .. owned]);
        }

        using (content)
        {
            var unpacked = Unpack(content, header.Bytes, name);
            return new ArraySource(name, header, unpacked, 0, [unpacked, .. owned]);
        }
    }

    /// <summary>What was thrown while a file was read, as one sentence where that is possible.</summary>
    internal static Exception Explained(Exception e, string path) => e switch
    {
        EndOfStreamException => new ArrayFileException($"'{path}' is cut short", e),
        InvalidDataException => new ArrayFileException($"'{path}' is damaged: {e.Message}", e),
        _ => e,
    };

    private static ArraySource Open(FileStream file, string path, string? entry)
    {
        Span<byte> start = stackalloc byte[9];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (start.IsEmpty)
        {
            throw new ArrayFileException($"'{path}' is empty; expected {Formats}");
        }

        if (NpyFormat.Matches(start))
        {
            return entry is null
                ? OpenNpy(file, path)
                : throw new ArrayFileException($"'{path}' is one array without a name; leave ':{entry}' out");
        }

        return start is [(byte)'P', (byte)'K', ..] ? OpenNpz(file, path, entry)
            : SafetensorsFormat.Matches(start, file.Length) ? OpenSafetensors(file, path, entry)
            : throw new ArrayFileException($"'{path}' is not {Formats}");
    }

    private static ArraySource OpenNpy(FileStream file, string path)
    {
        var header = NpyFormat.Read(file, path);
        return new ArraySource(path, header.Validate(path, file.Length - header.Offset), file, header.Offset, file);
    }

    private static ArraySource OpenSafetensors(FileStream file, string path, string? entry)
    {
        var (entries, start) = SafetensorsFormat.Read(file, path);
        var name = Choose(path, entry, [.. entries.Keys]);
        var header = SafetensorsFormat.Parse(entries[name], start, file.Length, $"{path}:{name}");
        return new ArraySource($"{path}:{name}", header, file, header.Offset, file);
    }

    private static ArraySource OpenNpz(FileStream file, string path, string? entry)
    {
        const string suffix = ".npy";
        var zip = new ZipArchive(file, ZipArchiveMode.Read);
        var entries = zip.Entries.Where(e => e.FullName.EndsWith(suffix, StringComparison.Ordinal)).ToArray();
        var name = Choose(path, entry, Array.ConvertAll(entries, e => e.FullName[..^suffix.Length]));
        var source = OfEntry(Array.Find(entries, e => e.FullName == name + suffix)!, $"{path}:{name}", zip);
        try
        {
            source.Header.RequireAxes(source.Name);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    // A compressed entry can be read in one direction only, and layouts with contiguous features need to go back.
    private static FileStream Unpack(Stream content, long bytes, string name)
    {
        var unpacked = new FileStream(
            Path.Combine(Path.GetTempPath(), $"koopmesh-{Guid.NewGuid():N}.tmp"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
            });
        try
        {
            content.CopyTo(unpacked, 1 << 20);
            return unpacked.Length == bytes
                ? unpacked
                : throw new ArrayFileException($"'{name}' unpacks to {unpacked.Length} bytes, expected {bytes}");
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }

    private static string Choose(string path, string? wanted, string[] names) => wanted switch
    {
        _ when names.Length == 0 => throw new ArrayFileException($"'{path}' holds no array"),
        null when names.Length == 1 => names[0],
        null => throw new ArrayFileException(
            $"'{path}' holds several arrays; choose one as {path}:NAME from {List(names)}"),
        _ when names.Contains(wanted) => wanted,
        _ => throw new ArrayFileException($"'{path}' holds no array '{wanted}'; it has {List(names)}"),
    };

    private static string List(string[] names)
    {
        const int most = 20;
        return string.Join(", ", names.Take(most)) + (names.Length > most ? $" and {names.Length - most} more" : "");
    }

    private static (string Path, string? Entry) Split(string location)
    {
        var colon = location.LastIndexOf(':');
        return colon > 0 && !File.Exists(location) && File.Exists(location[..colon])
            ? (location[..colon], location[(colon + 1)..])
            : (location, null);
    }

    internal static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new ArrayFileException($"'{path}' is a directory; expected {Formats}");
        }

        try
        {
            // Readers ask for large blocks or bring a buffer themselves.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArrayFileException($"there is no file '{path}'", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArrayFileException($"'{path}' can't be read: {e.Message}", e);
        }
    }
}
