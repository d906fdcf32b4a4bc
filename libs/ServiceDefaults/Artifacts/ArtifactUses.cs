namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// Marks what is used as such, by its time, an hour apart at most: the time of each use would cost a write for each
/// read.
/// </summary>
internal sealed class ArtifactUses(ArtifactVerifier verifier, TimeProvider time)
{
    private static readonly TimeSpan _renewAfter = TimeSpan.FromHours(1);

    internal void Mark(FileInfo file, string digest)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (now - file.LastWriteTimeUtc <= _renewAfter)
        {
            return;
        }

        var before = new FileState(file.Length, file.LastWriteTimeUtc);
        if (ArtifactFolder.Renew(file.FullName, now))
        {
            // A file system that rounds times makes it a change of somebody else's, after which all is seen anew.
            verifier.Renewed(digest, before, now);
        }
    }
}
