namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>Other ways to store and read.</summary>
public static class ArtifactStoreExtensions
{
    /// <summary>Whether anything is stored under <paramref name="digest"/>.</summary>
    public static bool Exists(this IArtifactStore store, string digest)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Find(digest) is not null;
    }

    /// <summary>Stores the rest of <paramref name="content"/>.</summary>
    public static Task<ArtifactInfo> PutAsync(this IArtifactStore store, Stream content, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(content);
        return store.PutAsync((target, token) => content.CopyToAsync(target, token), ct);
    }

    /// <summary>Stores <paramref name="content"/>.</summary>
    public static Task<ArtifactInfo> PutAsync(
        this IArtifactStore store, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.PutAsync((target, token) => target.WriteAsync(content, token).AsTask(), ct);
    }

    /// <summary>Stores chunks as they come, e.g. from an upload stream.</summary>
    public static Task<ArtifactInfo> PutAsync(
        this IArtifactStore store, IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(chunks);
        return store.PutAsync(
            async (target, token) =>
            {
                await foreach (var chunk in chunks.WithCancellation(token).ConfigureAwait(false))
                {
                    await target.WriteAsync(chunk, token).ConfigureAwait(false);
                }
            },
            ct);
    }

    /// <summary>Reads all of a small artifact.</summary>
    public static async Task<byte[]> ReadAllBytesAsync(this IArtifactStore store, string digest, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        var stream = store.OpenRead(digest);
        await using (stream.ConfigureAwait(false))
        {
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, ct).ConfigureAwait(false);
            return bytes;
        }
    }
}
