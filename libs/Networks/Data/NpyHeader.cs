using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace KoopmanMesh.Networks.Data;

/// <summary>NPY: magic, version, header length, then a Python dictionary with descr, fortran_order and shape.</summary>
internal static partial class NpyHeader
{
    // NumPy itself refuses longer ones.
    private const int MaxLength = 10_000;

    internal static bool Matches(ReadOnlySpan<byte> start) =>
        start is [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..];

    internal static ArrayHeader Read(ByteReader reader)
    {
        Span<byte> start = stackalloc byte[8];
        reader.Fill(start);
        var version = start[6];
        if (version is < 1 or > 3)
        {
            throw new DataFormatException($"'{reader.Name}' is NPY version {version}; versions 1 to 3 are supported");
        }

        Span<byte> lengthBytes = stackalloc byte[version == 1 ? 2 : 4];
        reader.Fill(lengthBytes);
        var length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes)
            : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaxLength)
        {
            throw new DataFormatException(
                $"the NPY header of '{reader.Name}' claims {length} bytes; at most {MaxLength} are allowed");
        }

        var text = new byte[length];
        if (reader.Fill(text) < text.Length)
        {
            throw new DataFormatException($"the NPY header of '{reader.Name}' is cut short: it claims {length} bytes");
        }

        return Parse(Encoding.UTF8.GetString(text), reader.Name, 8 + lengthBytes.Length + length);
    }

    private static ArrayHeader Parse(string text, string name, long offset)
    {
        var (descr, order, shape) = (Descr().Match(text), Order().Match(text), Shape().Match(text));
        if (!order.Success || !shape.Success)
        {
            throw new DataFormatException($"the NPY header of '{name}' lacks fortran_order or shape: {text.Trim()}");
        }

        var kind = Kind(descr.Groups[2].Value) ?? throw new DataFormatException(
            $"'{name}' holds elements of another type than integers, floats or booleans: {text.Trim()}");
        return new ArrayHeader(
            Axes(shape.Groups[1].Value, name), kind, descr.Groups[1].Value == ">", order.Groups[1].Value == "True",
            offset);
    }

    private static long[] Axes(string shape, string name)
    {
        var axes = shape.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var lengths = new long[axes.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            // Python 2 wrote long integers with an L.
            var digits = axes[i].TrimEnd('L');
            if (!long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out lengths[i]))
            {
                throw new DataFormatException(
                    $"the NPY header of '{name}' has the axis '{axes[i]}', which is not a length");
            }
        }

        return lengths.Length > 0
            ? lengths
            : throw new DataFormatException($"'{name}' holds a single number; a data set needs a row axis");
    }

    private static ElementKind? Kind(string code) => code switch
    {
        "u1" or "b1" => ElementKind.UInt8,
        "i1" => ElementKind.Int8,
        "u2" => ElementKind.UInt16,
        "i2" => ElementKind.Int16,
        "u4" => ElementKind.UInt32,
        "i4" => ElementKind.Int32,
        "u8" => ElementKind.UInt64,
        "i8" => ElementKind.Int64,
        "f2" => ElementKind.Half,
        "f4" => ElementKind.Single,
        "f8" => ElementKind.Double,
        _ => null,
    };

    [GeneratedRegex(@"'descr'\s*:\s*'([<>|=])([a-z]\d+)'", RegexOptions.CultureInvariant)]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)", RegexOptions.CultureInvariant)]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
