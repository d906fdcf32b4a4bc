using System.Buffers.Binary;
using System.Text.Json;

namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// Headers of safetensors files: length (8 bytes), JSON, then the tensors row-major. Unlike <see
/// cref="TensorArchive"/>, which reads the files this project writes, of any number type and without the elements.
/// </summary>
internal static class SafetensorsFormat
{
    private const int Prefix = sizeof(ulong);
    private const long LongestHeader = 100_000_000;

    /// <summary>Whether a file of this length can begin so.</summary>
    public static bool Matches(ReadOnlySpan<byte> start, long length) =>
        start.Length > Prefix && start[Prefix] == '{'
        && BinaryPrimitives.ReadUInt64LittleEndian(start) is >= 2 and var header && header <= (ulong)(length - Prefix);

    /// <summary>Every tensor by name, as JSON still; offsets count from the second result.</summary>
    public static (Dictionary<string, JsonElement> Entries, long Start) Read(Stream stream, string name)
    {
        var (entries, _, start) = ReadAll(stream, name);
        return (entries, start);
    }

    /// <summary>The same, and the strings stored beside the tensors.</summary>
    public static (Dictionary<string, JsonElement> Entries, Dictionary<string, string> Metadata, long Start) ReadAll(
        Stream stream, string name)
    {
        Span<byte> prefix = stackalloc byte[Prefix];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader)
        {
            throw new ArrayFileException(
                $"the header of '{name}' claims {length} bytes; at most {LongestHeader} are allowed");
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        try
        {
            using var document = JsonDocument.Parse(header);
            var entries = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name != "__metadata__")
                {
                    entries[property.Name] = property.Value.Clone();
                    continue;
                }

                foreach (var text in property.Value.EnumerateObject())
                {
                    metadata[text.Name] = text.Value.ToString();
                }
            }

            return (entries, metadata, Prefix + (long)length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ArrayFileException($"the header of '{name}' is no JSON object of tensors", e);
        }
    }

    /// <summary>The header of one tensor.</summary>
    /// <param name="entry">Its JSON.</param>
    /// <param name="start">Where the elements of all tensors start.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="name">The array's name in errors.</param>
    /// <param name="scalar">Whether it may be a single number.</param>
    public static ArrayHeader Parse(JsonElement entry, long start, long length, string name, bool scalar = false)
    {
        try
        {
            var shape = entry.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64()).ToArray();
            var range = entry.GetProperty("data_offsets").EnumerateArray().Select(end => end.GetInt64()).ToArray();
            var element = Element(entry.GetProperty("dtype").GetString() ?? "", name);
            if (range is not [var begin, var end] || begin < 0 || end < begin || begin > length - start)
            {
                throw new ArrayFileException($"'{name}' lies outside of its file");
            }

            return new ArrayHeader(shape, element, BigEndian: false, Fortran: false, start + begin)
                .Validate(name, Math.Min(end - begin, length - start - begin), scalar);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new ArrayFileException($"'{name}' is not described by dtype, shape and data_offsets", e);
        }
    }

    private static ElementType Element(string dtype, string name) => dtype switch
    {
        "BOOL" or "U8" => ElementType.UInt8,
        "I8" => ElementType.Int8,
        "U16" => ElementType.UInt16,
        "I16" => ElementType.Int16,
        "U32" => ElementType.UInt32,
        "I32" => ElementType.Int32,
        "U64" => ElementType.UInt64,
        "I64" => ElementType.Int64,
        "F16" => ElementType.Float16,
        "BF16" => ElementType.BFloat16,
        "F32" => ElementType.Float32,
        "F64" => ElementType.Float64,
        ['C', ..] => throw new ArrayFileException($"'{name}' is complex where real is meant"),
        _ => throw new ArrayFileException(
            $"'{name}' holds elements of type {dtype}; expected BOOL, U8 to U64, I8 to I64, F16, BF16, F32 or F64"),
    };
}
