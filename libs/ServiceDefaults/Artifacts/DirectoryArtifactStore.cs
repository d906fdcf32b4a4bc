using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>Artifacts as files in a folder, which may be shared by many machines.</summary>
internal sealed class DirectoryArtifactStore : IArtifactStore
{
    private const int OpeningAttempts = 3;

    private readonly ILogger _logger;
    private readonly ArtifactFolder _folder;
    private readonly ArtifactVerifier _verifier;
    private readonly ArtifactUses _uses;
    private readonly ArtifactWriter _writer;

    public DirectoryArtifactStore(
        IOptions<StateOptions> options, TimeProvider time, ILogger<DirectoryArtifactStore> logger)
    {
        _logger = logger;
        _folder = new ArtifactFolder(options.Value.Root);
        var lists = new BlockLists(_folder, logger);
        _verifier = new ArtifactVerifier(lists);
        _uses = new ArtifactUses(_verifier, time);
        _writer = new ArtifactWriter(_folder, lists, _verifier, _uses, time, options.Value.MaxArtifactBytes);
    }

    public Task<ArtifactInfo> PutAsync(Func<Stream, CancellationToken, Task> write, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(write);
        return _writer.PutAsync(write, ct);
    }

    public ArtifactInfo? Find(string digest)
    {
        if (_folder.Find(digest) is not { } file)
        {
            return null;
        }

        var length = file.Length;
        _uses.Mark(file, digest);
        return new ArtifactInfo(digest, length);
    }

    public Stream OpenRead(string digest)
    {
        // A collector may move it into the trash between the look and the opening; the next look brings it back.
        for (var attempt = 1; attempt <= OpeningAttempts && _folder.Find(digest) is { } file; attempt++)
        {
            _uses.Mark(file, digest);
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
                Log.ArtifactSetAside(_logger, digest, actual, name);
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
}
