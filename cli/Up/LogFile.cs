namespace KoopmanMesh.Cli.Up;

/// <summary>
/// What a process says, line by line: the newest lines in one file, those before in another, neither beyond a bound.
/// </summary>
internal sealed class LogFile(string path, long mostBytes) : IDisposable
{
    /// <summary>Usual bound of a file: 16 MiB.</summary>
    public const long UsualBytes = 16L << 20;

    private const int KeptLines = 5;

    private readonly Lock _gate = new();
    private readonly Queue<string> _last = new();
    private StreamWriter? _writer;

    public string Path => path;

    /// <summary>The newest lines.</summary>
    public IReadOnlyList<string> Last
    {
        get
        {
            lock (_gate)
            {
                return [.. _last];
            }
        }
    }

    /// <summary>Adds a line; null, which ends a process's output, adds none.</summary>
    public void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _last.Enqueue(line);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }

            _writer ??= Open();
            _writer.WriteLine(line);
            if (_writer.BaseStream.Length > mostBytes)
            {
                _writer.Dispose();
                _writer = null;
                File.Move(path, path + ".1", overwrite: true);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    private StreamWriter Open() => new(new FileStream(
        path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
    { AutoFlush = true };
}
