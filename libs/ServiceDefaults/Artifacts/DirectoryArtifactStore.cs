using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>Artifacts as files in a folder, which may be shared by many machines.</summary>
internal sealed class DirectoryArtifactStore(
    IOptions<StateOptions> options, TimeProvider time, ILogger<DirectoryArtifactStore> logger) : IArtifactStore
{
    // What is used is marked as such this often at most: the time of each use would cost a write for each read.
    private static readonly TimeSpan _renewAfter = TimeSpan.FromHours(1);

    private const int OpeningAttempts = 3;

    private readonly ArtifactFolder _folder = new(options.Value.Root);
    private readonly ArtifactVerifier _verifier = new();
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
            await PublishAsync(temporary, info, ct).ConfigureAwait(false);
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
        if (_folder.Find(digest) is not { } file)
        {
            return null;
        }

        var length = file.Length;
        Renew(file);
        return new ArtifactInfo(digest, length);
    }

    public Stream OpenRead(string digest)
    {
        // A collector may move it into the trash between the look and the opening; the next look brings it back.
        for (var attempt = 1; attempt <= OpeningAttempts && _folder.Find(digest) is { } file; attempt++)
        {
            Renew(file);
            if (TryOpen(file, digest) is { } handle)
            {
                return new VerifiedStream(handle, digest, _verifier, Corrupt);
            }
        }

        throw NotFound(digest);
    }

    private static SafeFileHandle? TryOpen(FileInfo file, string digest)
    {
        try
        {
            return File.OpenHandle(
                file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete,
                FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw new ArtifactStoreException(
                ArtifactStoreException.Failed, $"artifact {digest} could not be opened: {e.Message}", e);
        }
    }

    // Of the readers of a corrupt file the first sets it aside; the others shall say the same.
    private KoopmanMeshException NotFound(string digest) => _folder.IsSetAside(digest)
        ? new ArtifactStoreException(
            ArtifactStoreException.Corrupt,
            $"artifact {digest} was corrupt on disk and was set aside in artifacts/quarantine; store the content again")
        : new ResourceNotFoundException(
            "ARTIFACT_NOT_FOUND", "artifact", digest, $"no artifact is stored under digest {digest}; upload it first");

    private void Renew(FileInfo file)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (now - file.LastWriteTimeUtc > _renewAfter)
        {
            ArtifactFolder.Renew(file.FullName, now);
        }
    }

    // Another process may have set the file aside and the content may have been stored again since it was opened here,
    // so what was moved is looked at once more.
    private ArtifactStoreException Corrupt(string digest, string actual)
    {
        var name = _folder.SetAside(digest);
        try
        {
            using var file = File.OpenHandle(Path.Combine(_folder.Root, name));
            if (_verifier.Digest(file, digest) == digest)
            {
                _folder.BringBack(name, digest);
            }
            else
            {
                Log.ArtifactSetAside(logger, digest, actual, name);
            }
        }
        catch (FileNotFoundException)
        {
            // Another process has set it aside.
        }

        return new ArtifactStoreException(
            ArtifactStoreException.Corrupt,
            $"artifact {digest} was corrupt on disk, its content's digest is {actual}, and was set aside in "
                + "artifacts/quarantine; store the content again");
    }

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
                _temporary ??= TemporaryFiles.Open(_folder.Temporary, time);
            }

            return _temporary.Create(out temporary);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw HashingStream.Translate(e, written: 0);
        }
    }

    private async Task PublishAsync(string temporary, ArtifactInfo info, CancellationToken ct)
    {
        try
        {
            if (await IsIntactAsync(info.Digest, ct).ConfigureAwait(false))
            {
                // Left in place: on a network file system replacing it would cut off its readers.
                File.Delete(temporary);
                return;
            }

            _folder.Publish(temporary, info.Digest);
            ServiceDefaultsTelemetry.StoredBytes.Add(info.Length);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw HashingStream.Translate(e, info.Length);
        }
    }

    private async Task<bool> IsIntactAsync(string digest, CancellationToken ct)
    {
        if (_folder.Find(digest) is not { } stored)
        {
            return false;
        }

        Renew(stored);
        try
        {
            using var file = File.OpenHandle(stored.FullName, share: FileShare.Read | FileShare.Delete);
            return await _verifier.DigestAsync(file, digest, ct).ConfigureAwait(false) == digest;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }
}
