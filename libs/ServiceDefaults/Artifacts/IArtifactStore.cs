namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>What is stored.</summary>
/// <param name="Digest">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
/// <param name="Length">Bytes.</param>
public sealed record ArtifactInfo(string Digest, long Length);

/// <summary>
/// Files under the digest of their content: models, data, accumulators, operators, reports. Storing the same content
/// twice is free of effect; nothing is visible before it is complete. Safe to use from many threads and processes at
/// once.
/// </summary>
public interface IArtifactStore
{
    /// <summary>
    /// Stores what <paramref name="write"/> writes to the stream it is given: forward only and unbuffered, so best in
    /// pieces of some KiB. If it throws or is cancelled, nothing is left behind.
    /// </summary>
    /// <exception cref="ArtifactStoreException">The disk is full, the content is larger than allowed, or I/O
    /// failed.</exception>
    Task<ArtifactInfo> PutAsync(Func<Stream, CancellationToken, Task> write, CancellationToken ct);

    /// <summary>What is stored under <paramref name="digest"/>, or null.</summary>
    /// <exception cref="Errors.InvalidRequestException">It is not a digest.</exception>
    ArtifactInfo? Find(string digest);

    /// <summary>Opens the content for reading, from its start; seekable.</summary>
    /// <exception cref="Errors.ResourceNotFoundException">Nothing is stored under the digest.</exception>
    Stream OpenRead(string digest);

    /// <summary>Opens the content after reading all of it once to see that it is still what its digest says.</summary>
    /// <exception cref="ArtifactStoreException">It is not.</exception>
    Task<Stream> OpenVerifiedAsync(string digest, CancellationToken ct);

    /// <summary>
    /// Path of a local file with the content, for libraries that read files only; null when the store has none. Read
    /// only.
    /// </summary>
    /// <exception cref="Errors.ResourceNotFoundException">Nothing is stored under the digest.</exception>
    string? PathOf(string digest);
}
