namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>What is stored.</summary>
/// <param name="Digest">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
/// <param name="Length">Bytes.</param>
public sealed record ArtifactInfo(string Digest, long Length);

/// <summary>
/// Files under the digest of their content: models, data, accumulators, operators, reports. Storing the same content
/// twice is free of effect; nothing is visible before it is complete and durable, and no byte is read that is not what
/// its digest says. Safe to use from many threads, processes and machines at once.
/// </summary>
public interface IArtifactStore
{
    /// <summary>
    /// Stores what <paramref name="write"/> writes to the stream it is given: forward only and unbuffered, so best in
    /// pieces of some KiB. If it throws or is cancelled, nothing is left behind. Content that was stored and has
    /// become corrupt since is replaced.
    /// </summary>
    /// <exception cref="ArtifactStoreException">The disk is full, the content is larger than allowed, or I/O
    /// failed.</exception>
    Task<ArtifactInfo> PutAsync(Func<Stream, CancellationToken, Task> write, CancellationToken ct);

    /// <summary>What is stored under <paramref name="digest"/>, or null. Whoever asks is going to use it: it counts as
    /// used now.</summary>
    /// <exception cref="Errors.InvalidRequestException">It is not a digest.</exception>
    ArtifactInfo? Find(string digest);

    /// <summary>
    /// Opens the content for reading, from its start; seekable. A read sees the blocks of 4 MiB that it touches before
    /// it hands out any byte of them, unless this process did lately, and throws when one is not what was stored
    /// (<see cref="ArtifactStoreException.Corrupt"/>): damage elsewhere does not show. Content of up to one block, or
    /// stored by a program that knew no blocks, is seen as a whole by the first read. What is corrupt is set aside, so
    /// that the content can be stored again.
    /// </summary>
    /// <exception cref="Errors.ResourceNotFoundException">Nothing is stored under the digest.</exception>
    Stream OpenRead(string digest);
}
