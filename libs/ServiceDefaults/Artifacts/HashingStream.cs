using KoopmanMesh.ServiceDefaults.Storage;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// Passes what is written to a file, hashes and counts it, and turns the file's errors into the store's, so that they
/// are told from errors of whoever writes. Closing it leaves the file open.
/// </summary>
internal sealed class HashingStream(Stream file, long maxBytes) : Stream
{
    private readonly BlockHasher _hash = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _hash.Length;

    public override long Position
    {
        get => _hash.Length;
        set => throw new NotSupportedException("an artifact is written from start to end");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Require(buffer.Length);
        _hash.Append(buffer);
        try
        {
            file.Write(buffer);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw Translate(e, _hash.Length);
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Require(buffer.Length);
        try
        {
            // The hash is made while the file is written.
            var writing = file.WriteAsync(buffer, cancellationToken);
            _hash.Append(buffer.Span);
            await writing.ConfigureAwait(false);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw Translate(e, _hash.Length);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // The file is flushed once, by Complete.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("write only");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("write only");

    public override void SetLength(long value) => throw new NotSupportedException("write only");

    /// <summary>What was written, once it is on the disk, and its blocks where it has several.</summary>
    internal (ArtifactInfo Info, BlockList? Blocks) Complete()
    {
        try
        {
            if (file is FileStream onDisk)
            {
                onDisk.Flush(flushToDisk: true);
            }
            else
            {
                file.Flush();
            }
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw Translate(e, _hash.Length);
        }

        var (digest, blocks) = _hash.Complete();
        return (new ArtifactInfo(digest, _hash.Length), blocks);
    }

    internal static ArtifactStoreException Translate(Exception e, long written) => StorageFaults.IsFull(e)
        ? new ArtifactStoreException(
            ArtifactStoreException.Full,
            $"the disk of the artifact store is full after {written} bytes of this artifact", e)
        : new ArtifactStoreException(
            ArtifactStoreException.Failed, $"the artifact store could not write after {written} bytes: {e.Message}", e);

    // Writers close what they are given; the hash and the file are the store's until it has completed them.
    protected override void Dispose(bool disposing) => base.Dispose(disposing);

    internal void Release() => _hash.Dispose();

    private void Require(int count)
    {
        if (count > maxBytes - _hash.Length)
        {
            throw new ArtifactStoreException(
                ArtifactStoreException.TooLarge,
                $"the artifact has more than {_hash.Length + count - 1} bytes, allowed are {maxBytes}");
        }
    }
}
