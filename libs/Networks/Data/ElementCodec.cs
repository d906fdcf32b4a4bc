using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace KoopmanMesh.Networks.Data;

/// <summary>
/// Stored numbers to float32: <c>(float)((double)stored * scale)</c>, one rounding. The only place that reinterprets
/// bytes.
/// </summary>
internal sealed class ElementCodec
{
    private readonly ElementKind _kind;
    private readonly bool _swap;
    private readonly double _scale;
    private readonly float[] _byteTable = [];

    internal ElementCodec(ElementKind kind, bool bigEndian, double scale)
    {
        (_kind, _swap, _scale) = (kind, bigEndian == BitConverter.IsLittleEndian, scale);
        if (kind == ElementKind.UInt8)
        {
            _byteTable = new float[256];
            for (var i = 0; i < 256; i++)
            {
                _byteTable[i] = (float)(i * scale);
            }
        }
    }

    internal int Size => SizeOf(_kind);

    internal static int SizeOf(ElementKind kind) => kind switch
    {
        ElementKind.UInt8 or ElementKind.Int8 => 1,
        ElementKind.UInt16 or ElementKind.Int16 or ElementKind.Half => 2,
        ElementKind.UInt32 or ElementKind.Int32 or ElementKind.Single => 4,
        _ => 8,
    };

    /// <summary>
    /// Decodes as many numbers as the destination takes; the bytes are swapped in place when they must be.
    /// </summary>
    internal void Decode(Span<byte> bytes, Span<float> destination)
    {
        switch (_kind)
        {
            case ElementKind.UInt8:
                for (var i = 0; i < destination.Length; i++)
                {
                    destination[i] = _byteTable[bytes[i]];
                }

                break;
            case ElementKind.Int8: Convert(MemoryMarshal.Cast<byte, sbyte>(bytes), destination); break;
            case ElementKind.UInt16: Convert(Native<ushort, ushort>(bytes), destination); break;
            case ElementKind.Int16: Convert(Native<short, ushort>(bytes), destination); break;
            case ElementKind.UInt32: Convert(Native<uint, uint>(bytes), destination); break;
            case ElementKind.Int32: Convert(Native<int, uint>(bytes), destination); break;
            case ElementKind.UInt64: Convert(Native<ulong, ulong>(bytes), destination); break;
            case ElementKind.Int64: Convert(Native<long, ulong>(bytes), destination); break;
            case ElementKind.Half: Convert(Native<Half, ushort>(bytes), destination); break;
            case ElementKind.Single: Convert(Native<float, uint>(bytes), destination); break;
            default: Convert(Native<double, ulong>(bytes), destination); break;
        }
    }

    private Span<T> Native<T, TBits>(Span<byte> bytes) where T : struct where TBits : struct
    {
        if (_swap)
        {
            Reverse(MemoryMarshal.Cast<byte, TBits>(bytes));
        }

        return MemoryMarshal.Cast<byte, T>(bytes);
    }

    private static void Reverse<TBits>(Span<TBits> bits) where TBits : struct
    {
        if (typeof(TBits) == typeof(ushort))
        {
            var words = MemoryMarshal.Cast<TBits, ushort>(bits);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
        else if (typeof(TBits) == typeof(uint))
        {
            var words = MemoryMarshal.Cast<TBits, uint>(bits);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
        else
        {
            var words = MemoryMarshal.Cast<TBits, ulong>(bits);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    private void Convert<T>(ReadOnlySpan<T> source, Span<float> destination) where T : struct, INumber<T>
    {
        var scale = _scale;
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (float)(double.CreateTruncating(source[i]) * scale);
        }
    }
}
