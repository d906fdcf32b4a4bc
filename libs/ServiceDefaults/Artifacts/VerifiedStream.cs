using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>A stored file, of which nothing is handed out before all of it has been seen to be intact.</summary>
internal sealed class VerifiedStream : Stream
{
    private const int BufferBytes = 64 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly FileStream _file;
    private readonly string _digest;
    private readonly ArtifactVerifier _verifier;
    private readonly Func<string, string, Exception> _onCorrupt;
    private bool _verified;

    internal VerifiedStream(
        SafeFileHandle handle, string digest, ArtifactVerifier verifier, Func<string, string, Exception> onCorrupt)
    {
        (_handle, _digest, _verifier, _onCorrupt) = (handle, digest, verifier, onCorrupt);
        _file = new FileStream(handle, FileAccess.Read, BufferBytes);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _file.Length;

    public override long Position
    {
        get => _file.Position;
        set => _file.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        if (!_verified)
        {
            Accept(_verifier.Digest(_handle, _digest));
        }

        return _file.Read(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_verified)
        {
            Accept(await _verifier.DigestAsync(_handle, _digest, cancellationToken).ConfigureAwait(false));
        }

        return await _file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException("an artifact is read only");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("an artifact is read only");

    public override async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Accept(string actual)
    {
        if (actual != _digest)
        {
            throw _onCorrupt(_digest, actual);
        }

        _verified = true;
    }
}
