using System.Runtime.InteropServices;
using Google.Protobuf;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Contracts.Tensors;

/// <summary>
/// Puts the frames of a stream together to tensors, one after the other. Memory grows with the bytes that came, not
/// with what a header promises. Not thread-safe.
/// </summary>
/// <param name="maxBytes">Most bytes of one tensor that will be accepted.</param>
public sealed class TensorAssembler(long maxBytes = TensorAssembler.DefaultMaxBytes)
{
    /// <summary>1 GiB.</summary>
    public const long DefaultMaxBytes = 1L << 30;

    private const long FirstAllocation = 1 << 20;

    private TensorHeader? _header;
    private Array _values = Array.Empty<byte>();
    private long _received;

    /// <summary>Takes the next frame; returns the tensor that it completes, or null.</summary>
    /// <exception cref="TensorStreamException">The frame contradicts those before it, or the limit.</exception>
    public NamedTensor? Accept(TensorFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        TensorCodec.RequireLittleEndian();
        switch (frame.FrameCase)
        {
            case TensorFrame.FrameOneofCase.Header:
                Begin(frame.Header);
                break;
            case TensorFrame.FrameOneofCase.Chunk:
                Append(frame.Chunk.Data);
                break;
            default:
                throw new TensorStreamException("a tensor frame is empty, expected a header or a chunk");
        }

        return _header is { } header && _received == header.ByteLength ? Finish(header) : null;
    }

    /// <summary>Says that no more frames will come.</summary>
    /// <exception cref="TensorStreamException">A tensor is incomplete.</exception>
    public void Complete()
    {
        if (_header is not null)
        {
            throw Incomplete("the stream ended");
        }
    }

    private void Begin(TensorHeader header)
    {
        if (_header is not null)
        {
            throw Incomplete($"the header of tensor '{header.Name}' came");
        }

        var needed = TensorCodec.ByteLength(header);
        if (needed != header.ByteLength)
        {
            throw new TensorStreamException(
                $"tensor '{header.Name}' declares {header.ByteLength} bytes, " +
                $"its shape {TensorCodec.ShapeOf(header)} of {header.ElementType} needs {needed}");
        }

        // An array has at most 2^31 - 57 elements, whatever the caller allows.
        if (needed > Math.Min(maxBytes, Array.MaxLength))
        {
            throw new TensorStreamException(
                $"tensor '{header.Name}' has {needed} bytes, allowed are {Math.Min(maxBytes, Array.MaxLength)}");
        }

        (_header, _received) = (header, 0);
        _values = header.ElementType switch
        {
            ElementType.Float32 => Array.Empty<float>(),
            ElementType.Float64 => Array.Empty<double>(),
            ElementType.Int64 => Array.Empty<long>(),
            _ => Array.Empty<byte>(),
        };
    }

    private void Append(ByteString data)
    {
        if (_header is null)
        {
            throw new TensorStreamException($"a chunk of {data.Length} bytes came before any header");
        }

        if (data.IsEmpty || data.Length > TensorCodec.ChunkBytes)
        {
            throw new TensorStreamException(
                $"a chunk of tensor '{_header.Name}' has {data.Length} bytes, " +
                $"allowed are 1 to {TensorCodec.ChunkBytes}");
        }

        if (data.Length > _header.ByteLength - _received)
        {
            throw new TensorStreamException(
                $"tensor '{_header.Name}' got {_received + data.Length} bytes, " +
                $"its header declares {_header.ByteLength}");
        }

        Reserve(_header.ByteLength, _received + data.Length);
        data.Span.CopyTo(BytesOf(_values)[(int)_received..]);
        _received += data.Length;
    }

    private void Reserve(long declared, long needed)
    {
        if (BytesOf(_values).Length < needed)
        {
            // Doubling, so that a header that lies costs at most twice what was sent (and the first megabyte).
            var bytes = Math.Min(declared, Math.Max(2 * needed, FirstAllocation));
            _values = _values switch
            {
                float[] v => Grown(v, (int)(bytes / sizeof(float))),
                double[] v => Grown(v, (int)(bytes / sizeof(double))),
                long[] v => Grown(v, (int)(bytes / sizeof(long))),
                _ => Grown((byte[])_values, (int)bytes),
            };
        }
    }

    private static T[] Grown<T>(T[] values, int length)
    {
        Array.Resize(ref values, length);
        return values;
    }

    private static Span<byte> BytesOf(Array values) => values switch
    {
        float[] v => MemoryMarshal.AsBytes(v.AsSpan()),
        double[] v => MemoryMarshal.AsBytes(v.AsSpan()),
        long[] v => MemoryMarshal.AsBytes(v.AsSpan()),
        _ => (byte[])values,
    };

    private TensorStreamException Incomplete(string what) =>
        new($"{what} {_received} bytes into tensor '{_header!.Name}', expected {_header.ByteLength}");

    private NamedTensor Finish(TensorHeader header)
    {
        var tensor = new NamedTensor(header, _values);
        (_header, _values, _received) = (null, Array.Empty<byte>(), 0);
        return tensor;
    }
}
