namespace KoopmanMesh.Numerics.Storage;

/// <summary>A file that appears under its name only when it is complete, and otherwise leaves nothing behind.</summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _stream;

    /// <summary>Begins the file, in the folder where it will be.</summary>
    /// <exception cref="IOException">The folder is missing or full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written to.</exception>
    public AtomicFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = Path.GetFullPath(path);
        _partial = Path.Combine(
            Path.GetDirectoryName(_path)!, $".{Path.GetFileName(_path)}.{Guid.NewGuid():N}.partial");
        _stream = new FileStream(_partial, FileMode.CreateNew, FileAccess.Write);
    }

    /// <summary>Takes the content.</summary>
    public Stream Content => _stream;

    /// <summary>Gives the file its name, replacing what had it.</summary>
    public void Complete()
    {
        _stream.Dispose();
        File.Move(_partial, _path, overwrite: true);
    }

    /// <summary>Deletes the file unless it was completed.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        File.Delete(_partial);
    }
}
