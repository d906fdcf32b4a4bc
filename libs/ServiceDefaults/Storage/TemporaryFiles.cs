namespace KoopmanMesh.ServiceDefaults.Storage;

/// <summary>
/// Files under way, in a folder on the same file system as where they go, so that they appear there by one rename:
/// complete or not at all. The folder itself is not synced: a rename that a power cut undoes leaves the earlier
/// state, from which work is redone.
/// </summary>
internal sealed class TemporaryFiles
{
    // Long after any write has ended, however slow.
    private static readonly TimeSpan _abandonedAfter = TimeSpan.FromDays(1);

    private readonly string _folder;

    private TemporaryFiles(string folder) => _folder = folder;

    /// <summary>Opens the folder and sweeps what processes left that were killed.</summary>
    internal static TemporaryFiles Open(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var limit = time.GetUtcNow().UtcDateTime - _abandonedAfter;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().Where(f => f.LastWriteTimeUtc < limit))
        {
            StorageFaults.TryDelete(file.FullName);
        }

        return new TemporaryFiles(folder);
    }

    internal FileStream Create(out string path)
    {
        path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,

            // Unbuffered: a buffer would be written on dispose, where a full disk's error replaces the one already
            // thrown.
            BufferSize = 0,
        });
    }

    /// <summary>Replaces <paramref name="path"/> by <paramref name="content"/>.</summary>
    internal async Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var file = Create(out var temporary);
        try
        {
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(content, ct).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            StorageFaults.TryDelete(temporary);
            throw;
        }
    }
}
