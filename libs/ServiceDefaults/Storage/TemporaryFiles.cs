namespace KoopmanMesh.ServiceDefaults.Storage;

/// <summary>
/// Files under way, in a folder on the same file system as where they go, so that they appear there by one rename:
/// complete or not at all. The folder itself is not synced here: a rename that a power cut undoes leaves the earlier
/// state, from which work is redone.
/// </summary>
internal sealed class TemporaryFiles
{
    // Between two writes of a writer that lives, on a file system whose locks other machines don't see.
    private static readonly TimeSpan _idleFor = TimeSpan.FromMinutes(15);

    private readonly string _folder;

    private TemporaryFiles(string folder) => _folder = folder;

    /// <summary>Opens the folder and sweeps it.</summary>
    internal static TemporaryFiles Open(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        Sweep(folder, time.GetUtcNow().UtcDateTime);
        return new TemporaryFiles(folder);
    }

    /// <summary>
    /// Deletes what processes left that were killed: files that nobody has locked or written to for a quarter of an
    /// hour. A writer holds a lock from the start to the rename.
    /// </summary>
    internal static void Sweep(string folder, DateTime now)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().Where(f => now - f.LastWriteTimeUtc > _idleFor))
        {
            if (IsAbandoned(file.FullName))
            {
                StorageFaults.TryDelete(file.FullName);
            }
        }
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

    private static bool IsAbandoned(string path)
    {
        try
        {
            using var free = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            return false;
        }
    }
}
