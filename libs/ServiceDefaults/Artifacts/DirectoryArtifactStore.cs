using System.Security.Cryptography;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Storage;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>Artifacts as files: <c>ab/cdef…</c> under the store's folder, by the digits of their digest.</summary>
internal sealed class DirectoryArtifactStore(IOptions<StateOptions> options, TimeProvider time) : IArtifactStore
{
    private readonly string _root = Path.Combine(Path.GetFullPath(options.Value.Root), "artifacts");
    private readonly long _maxBytes = options.Value.MaxArtifactBytes;
    private readonly Lock _opening = new();
    private TemporaryFiles? _temporary;

    public async Task<ArtifactInfo> PutAsync(Func<Stream, CancellationToken, Task> write, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(write);
        var file = Create(out var temporary);
        try
        {
            ArtifactInfo info;
            await using (file.ConfigureAwait(false))
            {
                info = await WriteAsync(file, write, ct).ConfigureAwait(false);
            }

            ct.ThrowIfCancellationRequested();
            Publish(temporary, info);
            return info;
        }
        catch
        {
            StorageFaults.TryDelete(temporary);
            throw;
        }
    }

    public ArtifactInfo? Find(string digest)
    {
        var file = new FileInfo(Locate(digest));
        return file.Exists ? new ArtifactInfo(digest, file.Length) : null;
    }

    public Stream OpenRead(string digest)
    {
        var path = Locate(digest);
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.SequentialScan,
                BufferSize = 64 * 1024,
            });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotFound(digest);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw new ArtifactStoreException(
                ArtifactStoreException.Failed, $"artifact {digest} could not be opened: {e.Message}", e);
        }
    }

    public async Task<Stream> OpenVerifiedAsync(string digest, CancellationToken ct)
    {
        var stream = OpenRead(digest);
        try
        {
            var actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct).ConfigureAwait(false));
            if (actual != digest)
            {
                throw new ArtifactStoreException(
                    ArtifactStoreException.Corrupt,
                    $"artifact {digest} has changed on disk: its content's digest is {actual}");
            }

            stream.Position = 0;
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public string? PathOf(string digest)
    {
        var path = Locate(digest);
        return File.Exists(path) ? path : throw NotFound(digest);
    }

    private static ResourceNotFoundException NotFound(string digest) => new(
        "ARTIFACT_NOT_FOUND", "artifact", digest, $"no artifact is stored under digest {digest}; upload it first");

    private async Task<ArtifactInfo> WriteAsync(
        FileStream file, Func<Stream, CancellationToken, Task> write, CancellationToken ct)
    {
        var stream = new HashingStream(file, _maxBytes);
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

    private FileStream Create(out string temporary)
    {
        try
        {
            lock (_opening)
            {
                _temporary ??= TemporaryFiles.Open(Path.Combine(_root, "tmp"), time);
            }

            return _temporary.Create(out temporary);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw HashingStream.Translate(e, written: 0);
        }
    }

    private void Publish(string temporary, ArtifactInfo info)
    {
        try
        {
            var path = Locate(info.Digest);
            if (File.Exists(path))
            {
                File.Delete(temporary);
                return;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
            ServiceDefaultsTelemetry.StoredBytes.Add(info.Length);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw HashingStream.Translate(e, info.Length);
        }
    }

    private string Locate(string digest)
    {
        Digests.Require(digest);
        return Path.Combine(_root, digest[..2], digest[2..]);
    }
}
