using System.Security.Cryptography;
using KoopmanMesh.ServiceDefaults.Storage;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// Passes what is written to a file, hashes and counts it, and turns the file's errors into the store's, so that they
/// are told from errors of whoever writes. Closing it leaves the file open.
/// </summary>
internal sealed class HashingStream(Stream file, long maxBytes) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written;

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException("an artifact is written from start to end");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Count(buffer);
        try
        {
            file.Write(buffer);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw Translate(e, _written);
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Count(buffer.Span);
        try
        {
            await file.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw Translate(e, _written);
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

    /// <summary>What was written, once it is on the disk.</summary>
    internal ArtifactInfo Complete()
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
            throw Translate(e, _written);
        }

        return new ArtifactInfo(Convert.ToHexStringLower(_hash.GetHashAndReset()), _written);
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

    private void Count(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > maxBytes - _written)
        {
            throw new ArtifactStoreException(
                ArtifactStoreException.TooLarge,
                $"the artifact has more than {_written + buffer.Length - 1} bytes, allowed are {maxBytes}");
        }

        _hash.AppendData(buffer);
        _written += buffer.Length;
    }
}
