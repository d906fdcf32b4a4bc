using KoopmanMesh.ServiceDefaults.Storage;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>A stored file.</summary>
/// <param name="Digest">Its name.</param>
/// <param name="Length">Bytes.</param>
/// <param name="UsedAt">When it was stored or used last, by the clock that stamps the files; an hour coarse.</param>
internal sealed record StoredFile(string Digest, long Length, DateTime UsedAt);

/// <summary>
/// Where the files of an artifact store are: <c>ab/cdef…</c> by the digits of the digest; <c>trash/</c> for what is
/// about to be deleted, <c>quarantine/</c> for what is corrupt, <c>tmp/</c> for what is being written. The list of a
/// file's blocks, <c>ab/cdef….blocks</c>, stays where it is wherever the file goes, until that is gone.
/// </summary>
internal sealed class ArtifactFolder(string stateRoot)
{
    private const string Blocks = ".blocks";
    private const string Trash = "trash";
    private const string Quarantine = "quarantine";

    internal string Root { get; } = Path.Combine(Path.GetFullPath(stateRoot), "artifacts");

    internal string Temporary => Path.Combine(Root, "tmp");

    internal string Locate(string digest)
    {
        Digests.Require(digest);
        return Path.Combine(Root, digest[..2], digest[2..]);
    }

    internal string LocateBlocks(string digest) => Locate(digest) + Blocks;

    /// <summary>The stored file, back from the trash if it was there; null when there is none.</summary>
    internal FileInfo? Find(string digest)
    {
        var file = new FileInfo(Locate(digest));
        if (file.Exists)
        {
            return file;
        }

        Move(InTrash(digest), file.FullName);
        file.Refresh();
        return file.Exists ? file : null;
    }

    /// <summary>Gives a complete file its name. One of the same name is replaced; its readers go on with it.</summary>
    internal void Publish(string temporary, string digest) => Name(temporary, Locate(digest));

    /// <summary>The same for the list of its blocks.</summary>
    internal void PublishBlocks(string temporary, string digest) => Name(temporary, LocateBlocks(digest));

    /// <summary>Deletes a list of blocks whose file did not come.</summary>
    internal void DropBlocks(string digest)
    {
        if (!File.Exists(Locate(digest)))
        {
            StorageFaults.TryDelete(LocateBlocks(digest));
        }
    }

    /// <summary>All stored files.</summary>
    internal IEnumerable<StoredFile> List() => Folders().SelectMany(
        static folder => Files(folder).Select(f => (Digest: folder.Name + f.Name, File: f))
            .Where(static f => Digests.IsValid(f.Digest))
            .Select(static f => new StoredFile(f.Digest, f.File.Length, f.File.LastWriteTimeUtc)));

    /// <summary>What waits to be deleted, with the times when it was put there.</summary>
    internal IEnumerable<StoredFile> ListTrash() =>
        Files(new DirectoryInfo(Path.Combine(Root, Trash))).Where(static f => Digests.IsValid(f.Name))
            .Select(static f => new StoredFile(f.Name, f.Length, f.LastWriteTimeUtc));

    internal void Discard(string digest, DateTime now)
    {
        Directory.CreateDirectory(Path.Combine(Root, Trash));
        Renew(Locate(digest), now);
        Move(Locate(digest), InTrash(digest));
    }

    internal void Delete(string digest) => StorageFaults.TryDelete(InTrash(digest));

    /// <summary>Sets a corrupt file aside; returns its name below the store's folder.</summary>
    internal string SetAside(string digest)
    {
        var name = Path.Combine(Quarantine, $"{digest}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.Combine(Root, Quarantine));
        Move(Locate(digest), Path.Combine(Root, name));
        return name;
    }

    /// <summary>Whether a file of the digest was found corrupt.</summary>
    internal bool IsSetAside(string digest) =>
        Files(new DirectoryInfo(Path.Combine(Root, Quarantine)), digest + "-*").Length > 0;

    /// <summary>Brings back what was set aside, unless the content was stored again meanwhile.</summary>
    internal void BringBack(string name, string digest) => Move(Path.Combine(Root, name), Locate(digest));

    /// <summary>Deletes what was set aside before <paramref name="limit"/>.</summary>
    internal void SweepQuarantine(DateTime limit)
    {
        foreach (var file in Files(new DirectoryInfo(Path.Combine(Root, Quarantine))))
        {
            if (file.LastWriteTimeUtc < limit)
            {
                StorageFaults.TryDelete(file.FullName);
            }
        }
    }

    /// <summary>
    /// Deletes lists of blocks that were written before <paramref name="limit"/> and whose files are gone. A newer one
    /// may be waiting for its file to be published.
    /// </summary>
    internal void SweepBlocks(DateTime limit)
    {
        foreach (var folder in Folders())
        {
            foreach (var list in Files(folder, "*" + Blocks).Where(f => f.LastWriteTimeUtc < limit))
            {
                // The trash first: what is brought back meanwhile is seen in its place.
                var digest = folder.Name + list.Name[..^Blocks.Length];
                if (Digests.IsValid(digest) && !File.Exists(InTrash(digest)) && !File.Exists(Locate(digest)))
                {
                    StorageFaults.TryDelete(list.FullName);
                }
            }
        }
    }

    /// <summary>Marks a file as used now; false where that could not be.</summary>
    internal static bool Renew(string path, DateTime now)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, now);
            return true;
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            // It went this moment, or is ours to read only; what refers to it keeps it all the same.
            return false;
        }
    }

    private string InTrash(string digest) => Path.Combine(Root, Trash, digest);

    private IEnumerable<DirectoryInfo> Folders() =>
        Directory.Exists(Root) ? new DirectoryInfo(Root).EnumerateDirectories("??") : [];

    private void Name(string temporary, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FolderSync.Flush(Root);
        }

        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (FileNotFoundException) when (File.Exists(path))
        {
            // A network file system repeated a rename whose answer was lost.
        }

        FolderSync.Flush(folder);
    }

    private static FileInfo[] Files(DirectoryInfo folder, string pattern = "*")
    {
        try
        {
            return folder.GetFiles(pattern);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    // Whoever comes second finds nothing to move, which is as good.
    private static void Move(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || File.Exists(to))
        {
            // Another process did it.
        }
    }
}
