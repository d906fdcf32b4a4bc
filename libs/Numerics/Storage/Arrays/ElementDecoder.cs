using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// Stored numbers to doubles, exact but for integers beyond 2^53, which are rounded. Little-endian machines only.
/// </summary>
internal static class ElementDecoder
{
    public static int SizeOf(ElementType element) => element switch
    {
        ElementType.UInt8 or ElementType.Int8 => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.UInt32 or ElementType.Int32 or ElementType.Float32 => 4,
        _ => 8,
    };

    /// <summary>Decodes as many numbers as the destination takes; bytes are swapped in place.</summary>
    public static void Decode(ElementType element, bool bigEndian, Span<byte> bytes, Span<double> values)
    {
        if (bigEndian)
        {
            Reverse(bytes, SizeOf(element));
        }

        switch (element)
        {
            case ElementType.UInt8: Convert<byte>(bytes, values); break;
            case ElementType.Int8: Convert<sbyte>(bytes, values); break;
            case ElementType.UInt16: Convert<ushort>(bytes, values); break;
            case ElementType.Int16: Convert<short>(bytes, values); break;
            case ElementType.UInt32: Convert<uint>(bytes, values); break;
            case ElementType.Int32: Convert<int>(bytes, values); break;
            case ElementType.UInt64: Convert<ulong>(bytes, values); break;
            case ElementType.Int64: Convert<long>(bytes, values); break;
            case ElementType.Float16: Convert<Half>(bytes, values); break;
            case ElementType.BFloat16: Widen(MemoryMarshal.Cast<byte, ushort>(bytes), values); break;
            case ElementType.Float32: Convert<float>(bytes, values); break;
            default: MemoryMarshal.Cast<byte, double>(bytes).CopyTo(values); break;
        }
    }

    private static void Convert<T>(Span<byte> bytes, Span<double> values)
        where T : unmanaged, INumberBase<T> =>
        TensorPrimitives.ConvertTruncating<T, double>(MemoryMarshal.Cast<byte, T>(bytes), values);

    private static void Widen(ReadOnlySpan<ushort> halves, Span<double> values)
    {
        for (var i = 0; i < halves.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
        }
    }

    private static void Reverse(Span<byte> bytes, int size)
    {
        switch (size)
        {
            case 2:
                var words = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 4:
                var pairs = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(pairs, pairs);
                break;
            case 8:
                var quads = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(quads, quads);
                break;
        }
    }
}
