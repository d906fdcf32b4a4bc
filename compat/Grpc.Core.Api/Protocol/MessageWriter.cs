using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Grpc.Core.Protocol;

/// <summary>
/// Writes messages with their five-byte prefix: a flag for compression and the length, big-endian. A message that
/// states its length beforehand and isn't compressed goes straight into the output; others pass through a scratch
/// buffer. One message at a time.
/// </summary>
internal sealed class MessageWriter(IBufferWriter<byte> output, int? maxSize) : SerializationContext, IDisposable
{
    public const int PrefixLength = 5;

    private PooledBuffer? _scratch;
    private int? _length;
    private bool _compress;
    private bool _direct;
    private bool _complete;

    /// <summary>How hard to compress; null for never.</summary>
    public CompressionLevel? Compression { get; set; }

    /// <summary>Writes one message to the output.</summary>
    public void Write<T>(Action<T, SerializationContext> serializer, T message, bool compress)
    {
        _length = null;
        _direct = false;
        _complete = false;
        _compress = compress && Compression is not null;
        serializer(message, this);
        if (!_complete)
        {
            throw new InvalidOperationException(
                $"The marshaller of {typeof(T)} returned without completing its message.");
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        CheckSize(payloadLength);
        _length = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_length is { } length && !_compress)
        {
            if (!_direct)
            {
                WritePrefix(length, compressed: false, room: length);
                _direct = true;
            }

            return output;
        }

        return Scratch();
    }

    public override void Complete()
    {
        _complete = true;
        if (!_direct)
        {
            var written = Scratch().Written.Span;
            Finish(written);
            _scratch!.Clear();
        }
    }

    public override void Complete(byte[] payload)
    {
        _complete = true;
        Finish(payload);
    }

    public void Dispose() => _scratch?.Dispose();

    private PooledBuffer Scratch() => _scratch ??= new PooledBuffer();

    private void Finish(ReadOnlySpan<byte> payload)
    {
        CheckSize(payload.Length);
        // GZipStream makes nothing at all of nothing, which other gzips refuse to read.
        if (!_compress || payload.IsEmpty)
        {
            WritePrefix(payload.Length, compressed: false, room: payload.Length);
            output.Write(payload);
            return;
        }

        using var compressed = new PooledBuffer();
        Gzip.Compress(payload, compressed, Compression!.Value);
        WritePrefix(compressed.Written.Length, compressed: true, room: compressed.Written.Length);
        output.Write(compressed.Written.Span);
    }

    private void WritePrefix(int length, bool compressed, int room)
    {
        // A pooled output grows once, not on the way; a pipe hands out its blocks as it likes.
        (output as PooledBuffer)?.Reserve(PrefixLength + room);
        var prefix = output.GetSpan(PrefixLength);
        prefix[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], (uint)length);
        output.Advance(PrefixLength);
    }

    private void CheckSize(int length)
    {
        if (length > maxSize)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"Sent message exceeds the maximum configured message size: {length} bytes, limit {maxSize} bytes."));
        }
    }
}
