using System.Buffers.Binary;

namespace KoopmanMesh.Networks.Data;

/// <summary>
/// IDX: two zero bytes, a type code, the number of axes, then each axis as a big-endian 32-bit integer.
/// </summary>
internal static class IdxHeader
{
    internal static bool Matches(ReadOnlySpan<byte> start) =>
        start is [0, 0, >= 0x08 and <= 0x0E and not 0x0A, >= 1 and <= 8, ..];

    internal static ArrayHeader Read(ByteReader reader)
    {
        Span<byte> start = stackalloc byte[4];
        reader.Fill(start);
        Span<byte> axes = stackalloc byte[4 * start[3]];
        if (reader.Fill(axes) < axes.Length)
        {
            throw new DataFormatException($"the IDX header of '{reader.Name}' is cut short: it names {start[3]} axes");
        }

        var shape = new long[start[3]];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(axes[(4 * i)..]);
        }

        var kind = start[2] switch
        {
            0x08 => ElementKind.UInt8,
            0x09 => ElementKind.Int8,
            0x0B => ElementKind.Int16,
            0x0C => ElementKind.Int32,
            0x0D => ElementKind.Single,
            _ => ElementKind.Double,
        };
        return new ArrayHeader(shape, kind, BigEndian: true, FortranOrder: false, 4 + axes.Length);
    }
}
