using System.Runtime.InteropServices;

namespace KoopmanMesh.Numerics.Storage;

/// <summary>One tensor of an archive: its elements in row-major order, held without a copy.</summary>
internal sealed record StoredTensor(TensorType Type, long[] Shape, object Elements)
{
    private const int SliceElements = 1 << 20;

    /// <summary>Elements that a shape has, or null when that overflows or a side is negative.</summary>
    public static long? ElementCount(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (var side in shape)
        {
            if (side < 0 || (side > 0 && count > long.MaxValue / side))
            {
                return null;
            }

            count *= side;
        }

        return count;
    }

    public static int SizeOf(TensorType type) => type switch
    {
        TensorType.U8 => sizeof(byte),
        TensorType.F32 => sizeof(float),
        _ => sizeof(double),
    };

    /// <summary>
    /// Writes the elements as they lie in memory, little-endian (the archive checks that the machine is).
    /// </summary>
    public void WriteTo(Stream stream)
    {
        switch (Elements)
        {
            case ReadOnlyMemory<float> values:
                Write(stream, values.Span);
                break;
            case ReadOnlyMemory<double> values:
                Write(stream, values.Span);
                break;
            case ReadOnlyMemory<long> values:
                Write(stream, values.Span);
                break;
            case ReadOnlyMemory<byte> values:
                Write(stream, values.Span);
                break;
        }
    }

    /// <summary>Reads the elements of a checked shape.</summary>
    public static StoredTensor Read(Stream stream, TensorType type, long[] shape, int count) => type switch
    {
        TensorType.F32 => new StoredTensor(type, shape, Read<float>(stream, count)),
        TensorType.F64 => new StoredTensor(type, shape, Read<double>(stream, count)),
        TensorType.I64 => new StoredTensor(type, shape, Read<long>(stream, count)),
        _ => new StoredTensor(type, shape, Read<byte>(stream, count)),
    };

    // By slices: a span of bytes cannot be as long as the longest array of doubles.
    private static void Write<T>(Stream stream, ReadOnlySpan<T> values)
        where T : struct
    {
        for (var start = 0; start < values.Length; start += SliceElements)
        {
            stream.Write(MemoryMarshal.AsBytes(values.Slice(start, Math.Min(SliceElements, values.Length - start))));
        }
    }

    private static ReadOnlyMemory<T> Read<T>(Stream stream, int count)
        where T : struct
    {
        var values = GC.AllocateUninitializedArray<T>(count);
        for (var start = 0; start < count; start += SliceElements)
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(SliceElements, count - start))));
        }

        return values;
    }
}
