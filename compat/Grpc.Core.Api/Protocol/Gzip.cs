using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Grpc.Core.Protocol;

/// <summary>Messages in gzip.</summary>
internal static class Gzip
{
    private const int ReadSize = 16 * 1024;

    public static void Compress(ReadOnlySpan<byte> payload, PooledBuffer output, CompressionLevel level)
    {
        using var gzip = new GZipStream(new BufferStream(output), level);
        gzip.Write(payload);
    }

    /// <summary>Decompresses into the buffer; stops at the limit, lest a small message fill the memory.</summary>
    public static void Decompress(ReadOnlySequence<byte> payload, PooledBuffer output, int? maxSize)
    {
        try
        {
            using var gzip = new GZipStream(new SequenceStream(payload), CompressionMode.Decompress);
            for (int read; (read = gzip.Read(output.GetSpan(ReadSize)[..ReadSize])) > 0;)
            {
                output.Advance(read);
                if (output.Written.Length > maxSize)
                {
                    throw MessageReader.TooLarge($"more than {maxSize} decompressed", maxSize);
                }
            }
        }
        catch (InvalidDataException exception)
        {
            throw new RpcException(new Status(
                StatusCode.Internal, $"A message of {payload.Length} bytes marked gzip is not gzip.", exception));
        }

        // GZipStream takes a gzip that is cut off for a shorter one. Nothing at all is what it makes of nothing.
        if (!payload.IsEmpty && StatedLength(payload) != output.Written.Length)
        {
            throw new RpcException(new Status(
                StatusCode.Internal,
                $"A message of {payload.Length} bytes marked gzip is not one whole gzip: {output.Written.Length} " +
                $"bytes came out, its end states {StatedLength(payload)}."));
        }
    }

    /// <summary>The last four bytes of a gzip: how long what is in it is (RFC 1952, section 2.3.1).</summary>
    private static uint StatedLength(ReadOnlySequence<byte> payload)
    {
        Span<byte> end = stackalloc byte[sizeof(uint)];
        var length = Math.Min(payload.Length, end.Length);
        payload.Slice(payload.Length - length).CopyTo(end);
        return BinaryPrimitives.ReadUInt32LittleEndian(end);
    }

    /// <summary>A stream's face over a sequence, for <see cref="GZipStream" /> to read from.</summary>
    private sealed class SequenceStream(ReadOnlySequence<byte> rest) : Stream
    {
        private ReadOnlySequence<byte> _rest = rest;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var taken = (int)Math.Min(buffer.Length, _rest.Length);
            _rest.Slice(0, taken).CopyTo(buffer);
            _rest = _rest.Slice(taken);
            return taken;
        }

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    /// <summary>A stream's face over a buffer, for <see cref="GZipStream" /> to write to.</summary>
    private sealed class BufferStream(PooledBuffer output) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
