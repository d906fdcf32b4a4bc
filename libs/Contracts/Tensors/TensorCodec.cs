using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Contracts.Tensors;

/// <summary>
/// The one place where numbers become bytes on the wire and back: little-endian, row-major, in chunks of at most
/// <see cref="ChunkBytes"/>. Nothing is copied on the way out: frames and byte strings share the caller's memory, which
/// must stay unchanged until they are sent. Machines with big-endian memory are refused.
/// </summary>
public static class TensorCodec
{
    /// <summary>Most bytes of one chunk: 64 KiB, below the large-object threshold of a receiver that copies.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>The frames of a tensor: its header, then its chunks, made as they are enumerated.</summary>
    /// <param name="name">Name within the stream.</param>
    /// <param name="values">Elements, row-major: float, double, long or byte.</param>
    /// <param name="shape">Extents; their product is the number of elements. No extents is a scalar.</param>
    public static IEnumerable<TensorFrame> Frames<T>(
        string name, ReadOnlyMemory<T> values, params IReadOnlyList<long> shape)
        where T : unmanaged => Frames(HeaderOf(name, values, shape), values);

    /// <summary>The little-endian bytes of <paramref name="values"/>, sharing their memory.</summary>
    public static ByteString Bytes<T>(ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        RequireLittleEndian();
        return values.IsEmpty ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(new WrappedMemory<T>(values).Memory);
    }

    /// <summary>Copies raw little-endian bytes into <paramref name="values"/>, which they must fill exactly.</summary>
    /// <param name="bytes">Raw bytes, e.g. <c>PairsChunk.Before</c>.</param>
    /// <param name="values">Where they go.</param>
    /// <param name="what">Names the bytes in the error, e.g. "chunk.before".</param>
    /// <exception cref="TensorStreamException">The lengths differ.</exception>
    public static void Copy<T>(ByteString bytes, Span<T> values, string what)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(bytes);
        RequireLittleEndian();
        RequireLength<T>(bytes, values.Length, what);
        bytes.Span.CopyTo(MemoryMarshal.AsBytes(values));
    }

    /// <summary>
    /// Reads raw little-endian bytes as exactly <paramref name="count"/> elements, in place: valid as long as the
    /// message that owns them.
    /// </summary>
    /// <exception cref="TensorStreamException">The length is another.</exception>
    public static ReadOnlySpan<T> View<T>(ByteString bytes, long count, string what)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(bytes);
        RequireLittleEndian();
        RequireLength<T>(bytes, count, what);
        return MemoryMarshal.Cast<byte, T>(bytes.Span);
    }

    /// <summary>Bytes that the header's shape and element type need.</summary>
    /// <exception cref="TensorStreamException">An extent is negative, the product overflows or the type is
    /// unknown.</exception>
    public static long ByteLength(TensorHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        long bytes = ElementSize(header);
        var empty = false;
        foreach (var extent in header.Shape)
        {
            if (extent < 0)
            {
                throw new TensorStreamException(
                    $"tensor '{header.Name}' has a negative extent in shape {ShapeOf(header)}");
            }

            empty |= extent == 0;
            if (extent > 0 && bytes > long.MaxValue / extent)
            {
                throw new TensorStreamException(
                    $"tensor '{header.Name}' of shape {ShapeOf(header)} is larger than 2^63 bytes");
            }

            bytes *= Math.Max(extent, 1);
        }

        return empty ? 0 : bytes;
    }

    /// <summary>What announces a tensor.</summary>
    internal static TensorHeader HeaderOf<T>(string name, ReadOnlyMemory<T> values, IReadOnlyList<long> shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        var header = new TensorHeader { Name = name, ElementType = ElementTypeOf<T>(), Shape = { shape } };
        header.ByteLength = ByteLength(header);
        if (header.ByteLength != (long)values.Length * Unsafe.SizeOf<T>())
        {
            throw new ArgumentException(
                $"tensor '{name}' of shape [{string.Join(", ", shape)}] has {header.ByteLength / Unsafe.SizeOf<T>()} " +
                $"elements, got {values.Length}",
                nameof(values));
        }

        return header;
    }

    internal static string ShapeOf(TensorHeader header) => $"[{string.Join(", ", header.Shape)}]";

    internal static ElementType ElementTypeOf<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(byte) ? ElementType.Uint8
        : throw new NotSupportedException($"a tensor's elements are float, double, long or byte, not {typeof(T)}");

    internal static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException(
                "tensors travel little-endian, this machine's memory is big-endian");
        }
    }

    private static int ElementSize(TensorHeader header) => header.ElementType switch
    {
        ElementType.Float32 => sizeof(float),
        ElementType.Float64 => sizeof(double),
        ElementType.Int64 => sizeof(long),
        ElementType.Uint8 => sizeof(byte),
        _ => throw new TensorStreamException(
            $"tensor '{header.Name}' has element type {(int)header.ElementType}, " +
            "expected FLOAT32 (1), FLOAT64 (2), INT64 (3) or UINT8 (4)"),
    };

    private static IEnumerable<TensorFrame> Frames<T>(TensorHeader header, ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        yield return new TensorFrame { Header = header };
        var step = ChunkBytes / Unsafe.SizeOf<T>();
        for (var first = 0; first < values.Length; first += step)
        {
            var part = values.Slice(first, Math.Min(step, values.Length - first));
            yield return new TensorFrame { Chunk = new TensorChunk { Data = Bytes(part) } };
        }
    }

    private static void RequireLength<T>(ByteString bytes, long count, string what)
        where T : unmanaged
    {
        if (count > int.MaxValue / Unsafe.SizeOf<T>() || bytes.Length != count * Unsafe.SizeOf<T>())
        {
            throw new TensorStreamException(
                $"{what} has {bytes.Length} bytes, expected {count} elements of {Unsafe.SizeOf<T>()} bytes");
        }
    }
}
