using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// NPY headers (NEP 1): magic, version, header length, then a Python dictionary with descr, fortran_order and shape.
/// KoopmanMesh.Networks reads the same header for data sets, whose rules on shapes and names are others.
/// </summary>
internal static partial class NpyFormat
{
    // NumPy itself refuses longer ones.
    private const int LongestHeader = 10_000;
    private const int Alignment = 64;
    private const int Preamble = 10;

    public static bool Matches(ReadOnlySpan<byte> start) => IsMagic(start);

    /// <summary>Reads a header from the stream's position, to where the numbers begin.</summary>
    public static ArrayHeader Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start[..Preamble], Preamble, throwOnEndOfStream: false) < Preamble || !IsMagic(start))
        {
            throw new ArrayFileException($"'{name}' does not begin as an NPY array does");
        }

        var version = start[6];
        if (version is < 1 or > 3)
        {
            throw new ArrayFileException($"'{name}' is NPY version {version}; versions 1 to 3 are supported");
        }

        uint length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        var offset = Preamble;
        if (version > 1 && stream.ReadAtLeast(start[Preamble..], 2, throwOnEndOfStream: false) == 2)
        {
            (length, offset) = (BinaryPrimitives.ReadUInt32LittleEndian(start[8..]), Preamble + 2);
        }

        if (length > LongestHeader)
        {
            throw new ArrayFileException(
                $"the NPY header of '{name}' claims {length} bytes; at most {LongestHeader} are allowed");
        }

        var text = new byte[length];
        return stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) == text.Length
            ? Parse(Encoding.UTF8.GetString(text), name, offset + length)
            : throw new ArrayFileException($"the NPY header of '{name}' is cut short: it claims {length} bytes");
    }

    /// <summary>The header of a float64 matrix.</summary>
    public static byte[] Header(long rows, long columns, bool fortran)
    {
        var order = fortran ? "True" : "False";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{{'descr': '<f8', 'fortran_order': {order}, 'shape': ({rows}, {columns}), }}");
        var length = ((Preamble + text.Length + Alignment) / Alignment * Alignment) - Preamble;
        var header = new byte[Preamble + length];
        header.AsSpan().Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(Preamble));
        header[0] = 0x93;
        "NUMPY"u8.CopyTo(header.AsSpan(1));
        (header[6], header[7], header[^1]) = (1, 0, (byte)'\n');
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)length);
        return header;
    }

    private static bool IsMagic(ReadOnlySpan<byte> start) =>
        start is [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..];

    private static ArrayHeader Parse(string text, string name, long offset)
    {
        var (descr, order, shape) = (Descr().Match(text), Order().Match(text), Shape().Match(text));
        if (!order.Success || !shape.Success)
        {
            throw new ArrayFileException($"the NPY header of '{name}' lacks fortran_order or shape: {text.Trim()}");
        }

        var sides = Sides(shape.Groups[1].Value, name);
        return new ArrayHeader(
            sides, Element(descr.Groups[2].Value, name, text), descr.Groups[1].Value == ">",
            order.Groups[1].Value == "True" && sides.Length > 1, offset);
    }

    private static long[] Sides(string shape, string name)
    {
        var sides = shape.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(sides, side => long.TryParse(
            // Python 2 wrote long integers with an L.
            side.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw new ArrayFileException($"the NPY header of '{name}' has the axis '{side}', which is not a length"));
    }

    private static ElementType Element(string code, string name, string header) => code switch
    {
        "u1" or "b1" => ElementType.UInt8,
        "i1" => ElementType.Int8,
        "u2" => ElementType.UInt16,
        "i2" => ElementType.Int16,
        "u4" => ElementType.UInt32,
        "i4" => ElementType.Int32,
        "u8" => ElementType.UInt64,
        "i8" => ElementType.Int64,
        "f2" => ElementType.Float16,
        "f4" => ElementType.Float32,
        "f8" => ElementType.Float64,
        ['c', ..] => throw new ArrayFileException($"'{name}' is complex where real is meant"),
        ['O', ..] => throw new ArrayFileException(
            $"'{name}' holds pickled Python objects, which are not read; save it as an array of numbers"),
        _ => throw new ArrayFileException(
            $"'{name}' holds elements of another type than integers, floats or booleans: {header.Trim()}"),
    };

    [GeneratedRegex(@"'descr'\s*:\s*'([<>|=])([A-Za-z]\d*)'", RegexOptions.CultureInvariant)]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)", RegexOptions.CultureInvariant)]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
