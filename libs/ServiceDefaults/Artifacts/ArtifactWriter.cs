using KoopmanMesh.ServiceDefaults.Storage;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// Writes artifacts: into a temporary file, hashed on the way; then the list of its blocks gets its name and after it
/// the artifact its own, so that nobody finds one that lacks its list.
/// </summary>
internal sealed class ArtifactWriter(
    ArtifactFolder folder, BlockLists lists, ArtifactVerifier verifier, ArtifactUses uses,
    TimeProvider time, long maxBytes)
{
    private readonly Lock _opening = new();
    private TemporaryFiles? _temporary;

    internal async Task<ArtifactInfo> PutAsync(Func<Stream, CancellationToken, Task> write, CancellationToken ct)
    {
        var file = Create(out var temporary);
        try
        {
            ArtifactInfo info;
            BlockList? blocks;
            await using (file.ConfigureAwait(false))
            {
                (info, blocks) = await WriteAsync(file, write, ct).ConfigureAwait(false);
            }

            ct.ThrowIfCancellationRequested();
            await PublishAsync(temporary, info, blocks, ct).ConfigureAwait(false);
            return info;
        }
        catch
        {
            StorageFaults.TryDelete(temporary);
            throw;
        }
    }

    private FileStream Create(out string temporary)
    {
        try
        {
            lock (_opening)
            {
                _temporary ??= TemporaryFiles.Open(folder.Temporary, time);
            }

            return _temporary.Create(out temporary);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw HashingStream.Translate(e, written: 0);
        }
    }

    private async Task<(ArtifactInfo Info, BlockList? Blocks)> WriteAsync(
        FileStream file, Func<Stream, CancellationToken, Task> write, CancellationToken ct)
    {
        var stream = new HashingStream(file, maxBytes);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                await write(stream, ct).ConfigureAwait(false);
                return stream.Complete();
            }
            finally
            {
                stream.Release();
            }
        }
    }

    private async Task PublishAsync(string temporary, ArtifactInfo info, BlockList? blocks, CancellationToken ct)
    {
        try
        {
            var intact = await IsIntactAsync(info.Digest, ct).ConfigureAwait(false);
            if (blocks is not null && (!intact || lists.Lacks(blocks)))
            {
                Publish(blocks);
            }

            if (intact)
            {
                // Left in place: on a network file system replacing it would cut off its readers.
                File.Delete(temporary);
                return;
            }

            Publish(temporary, info);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw HashingStream.Translate(e, info.Length);
        }
    }

    private void Publish(string temporary, ArtifactInfo info)
    {
        try
        {
            folder.Publish(temporary, info.Digest);
        }
        catch
        {
            folder.DropBlocks(info.Digest);
            throw;
        }

        ServiceDefaultsTelemetry.StoredBytes.Add(info.Length);
    }

    private void Publish(BlockList blocks)
    {
        var file = Create(out var temporary);
        try
        {
            using (file)
            {
                file.Write(blocks.ToBytes());
                file.Flush(flushToDisk: true);
            }

            folder.PublishBlocks(temporary, blocks.Digest);
        }
        catch
        {
            StorageFaults.TryDelete(temporary);
            throw;
        }
    }

    private async Task<bool> IsIntactAsync(string digest, CancellationToken ct)
    {
        if (folder.Find(digest) is not { } stored)
        {
            return false;
        }

        uses.Mark(stored, digest);
        try
        {
            using var file = File.OpenHandle(stored.FullName, share: FileShare.Read | FileShare.Delete);
            return await verifier.DigestAsync(file, digest, ct).ConfigureAwait(false) == digest;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }
}
