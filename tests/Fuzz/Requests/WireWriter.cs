using System.Buffers.Binary;
using System.Text;
using Google.Protobuf.Reflection;

namespace KoopmanMesh.Fuzz.Requests;

/// <summary>
/// Protobuf messages of a descriptor with values at the edges of their types: what a client could send that read the
/// contract, and nothing else.
/// </summary>
internal sealed class WireWriter(Random random)
{
    private const int DeepestMessage = 4;
    private const int MostRepeats = 3;

    private static readonly string[] Texts =
    [
        "", "x", "weights", "layer.0", "r-000000000000", new('a', 64), new('f', 63), "../../etc/passwd",
        "Ünïcödé \u2028",
        "dmd", "edmd:poly:2", "relu:20", new('z', 5000), "\0", "koopmanmesh.run.v1.RunService",
    ];

    private static readonly long[] Integers =
    [
        0, 1, 2, 3, 5, 8, 64, 1000, -1, -2, int.MaxValue, int.MinValue, uint.MaxValue,
        long.MaxValue, long.MinValue, 1L << 40,
    ];

    private static readonly double[] Reals =
        [0, 1, -1, 0.5, 1e-12, 1e-300, 1e308, double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    private readonly List<byte> _bytes = [];

    /// <summary>One message, without its prefix.</summary>
    public byte[] Write(MessageDescriptor descriptor)
    {
        _bytes.Clear();
        WriteMessage(descriptor, depth: 0);
        return [.. _bytes];
    }

    private void WriteMessage(MessageDescriptor descriptor, int depth)
    {
        foreach (var oneof in descriptor.Oneofs.Where(o => !o.IsSynthetic && o.Fields.Count > 0))
        {
            WriteField(Any(oneof.Fields), depth);
        }

        foreach (var field in descriptor.Fields.InFieldNumberOrder())
        {
            if ((field.ContainingOneof is null || field.ContainingOneof.IsSynthetic) && random.Next(3) > 0)
            {
                for (var i = field.IsRepeated ? random.Next(MostRepeats + 1) : 1; i > 0; i--)
                {
                    WriteField(field, depth);
                }
            }
        }
    }

    private void WriteField(FieldDescriptor field, int depth)
    {
        switch (field.FieldType)
        {
            case FieldType.Message:
                WriteNested(field, depth);
                break;
            case FieldType.String:
                WriteLengthDelimited(field, Encoding.UTF8.GetBytes(Any(Texts)));
                break;
            case FieldType.Bytes:
                WriteLengthDelimited(field, AnyBytes());
                break;
            case FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64:
                WriteTag(field, 1);
                Span<byte> eight = stackalloc byte[8];
                BinaryPrimitives.WriteDoubleLittleEndian(eight, Any(Reals));
                _bytes.AddRange(eight);
                break;
            case FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32:
                WriteTag(field, 5);
                Span<byte> four = stackalloc byte[4];
                BinaryPrimitives.WriteSingleLittleEndian(four, (float)Any(Reals));
                _bytes.AddRange(four);
                break;
            default:
                WriteTag(field, 0);
                WriteVarint((ulong)(field.FieldType == FieldType.Enum ? random.Next(-1, 6) : Any(Integers)));
                break;
        }
    }

    private void WriteNested(FieldDescriptor field, int depth)
    {
        var before = _bytes.Count;
        if (depth < DeepestMessage)
        {
            WriteMessage(field.MessageType, depth + 1);
        }

        var content = _bytes.GetRange(before, _bytes.Count - before);
        _bytes.RemoveRange(before, content.Count);
        WriteLengthDelimited(field, [.. content]);
    }

    private void WriteLengthDelimited(FieldDescriptor field, ReadOnlySpan<byte> content)
    {
        WriteTag(field, 2);
        WriteVarint((ulong)content.Length);
        _bytes.AddRange(content);
    }

    private void WriteTag(FieldDescriptor field, int wireType) =>
        WriteVarint(((ulong)field.FieldNumber << 3) | (uint)wireType);

    private void WriteVarint(ulong value)
    {
        for (; value > 127; value >>= 7)
        {
            _bytes.Add((byte)(value | 128));
        }

        _bytes.Add((byte)value);
    }

    private byte[] AnyBytes()
    {
        var bytes = new byte[random.Next(4) == 0 ? random.Next(2048) : 8 * random.Next(8)];
        random.NextBytes(bytes);
        return bytes;
    }

    private T Any<T>(IList<T> values) => values[random.Next(values.Count)];
}
