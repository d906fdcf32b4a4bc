using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>
/// A stored file, of which nothing is handed out before what is read has been seen to be intact: the blocks that it
/// touches, or all of the file where its blocks are not known.
/// </summary>
internal sealed class VerifiedStream : Stream
{
    private const int BufferBytes = 64 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly FileStream _file;
    private readonly string _digest;
    private readonly ArtifactVerifier _verifier;
    private readonly Func<string, string, Exception> _onCorrupt;
    private long _from = long.MaxValue;
    private long _to;

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
        if (!IsSeen(buffer.Length))
        {
            Accept(_verifier.Verify(_handle, _digest, _file.Position, buffer.Length));
        }

        return _file.Read(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsSeen(buffer.Length))
        {
            Accept(await _verifier
                .VerifyAsync(_handle, _digest, _file.Position, buffer.Length, cancellationToken)
                .ConfigureAwait(false));
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

    // Of the first read, even at the end and of nothing, the verifier sees whether the file is as long as it should be.
    private bool IsSeen(int count) => _file.Position >= _from && _file.Position <= _to - count;

    private void Accept(Verdict verdict)
    {
        if (verdict.Actual != _digest)
        {
            throw _onCorrupt(_digest, verdict.Actual);
        }

        (_from, _to) = (verdict.From, verdict.To);
    }
}
