using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// What some files hold, made anew when their content changes. Content is compared, since a cluster exchanges mounted
/// files by a symbolic link and many tools keep the time of a file. New content that can't be used leaves the old in
/// place, with a warning.
/// </summary>
internal sealed class WatchedFiles<T> : IDisposable
    where T : class
{
    private readonly (string Setting, string Path)[] _files;
    private readonly Func<IReadOnlyList<byte[]>, T> _make;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private byte[][] _seen;
    private volatile T _current;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="files">Settings and the files they name.</param>
    /// <param name="make">Makes a value of the files' contents, or throws a SecurityFileException.</param>
    /// <param name="interval">How often to look.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of every exchange.</param>
    /// <exception cref="SecurityFileException">They can't be read or used.</exception>
    public WatchedFiles(
        (string Setting, string Path)[] files, Func<IReadOnlyList<byte[]>, T> make, TimeSpan interval,
        TimeProvider time, ILogger logger)
    {
        (_files, _make, _logger) = (files, make, logger);
        _seen = Read();
        _current = make(_seen);
        _timer = time.CreateTimer(static files => ((WatchedFiles<T>)files!).Look(), this, interval, interval);
    }

    /// <summary>What the files hold, as of the last look.</summary>
    public T Current => _current;

    /// <summary>Looks now.</summary>
    public void Look()
    {
        lock (_lock)
        {
            try
            {
                var content = Read();
                if (Same(content, _seen))
                {
                    return;
                }

                // Also when it can't be used: one warning for one content.
                _seen = content;
                _current = _make(content);
                Log.FilesReloaded(_logger, _files[0].Setting, _files[0].Path);
            }
            catch (SecurityFileException e)
            {
                Log.FilesNotReloaded(_logger, e.Message);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Nobody is behind a timer to catch it: one odd file would end the host.
                var (setting, path) = _files[0];
                Log.FilesNotReloaded(
                    _logger, $"{setting} is '{path}', of which nothing can be made: {e.GetType().Name}");
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private static bool Same(byte[][] left, byte[][] right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if (!left[i].AsSpan().SequenceEqual(right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private byte[][] Read() => [.. _files.Select(static file =>
    {
        try
        {
            return File.ReadAllBytes(file.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SecurityFileException(file.Setting, file.Path, $"which can't be read: {e.Message}", e);
        }
    })];
}
