using System.Text.Json;

namespace KoopmanMesh.Numerics.Storage;

/// <summary>One checked entry of an archive's header; where it lies is still to be held against the file.</summary>
internal sealed record TensorEntry(string Name, TensorType Type, long[] Shape, int Count, long Begin, long End)
{
    public static TensorEntry Parse(string name, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object
            || !entry.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !entry.TryGetProperty("shape", out var sides) || Integers(sides) is not { } shape
            || !entry.TryGetProperty("data_offsets", out var range) || Integers(range) is not [var begin, var end])
        {
            throw new TensorFormatException(
                $"tensor \"{name}\" is described by {Shorten(entry)}, "
                + "expected an object with dtype, shape and two data_offsets");
        }

        var type = TypeFrom(name, dtype.GetString()!);
        var size = StoredTensor.SizeOf(type);
        var count = StoredTensor.ElementCount(shape);
        if (begin < 0 || end < begin
            || count is not { } elements || elements > Array.MaxLength || elements * size != end - begin)
        {
            throw new TensorFormatException(
                $"tensor \"{name}\" of {type} [{string.Join(", ", shape)}] cannot fill bytes {begin} to {end}");
        }

        return new TensorEntry(name, type, shape, (int)elements, begin, end);
    }

    private static TensorType TypeFrom(string name, string dtype) => dtype switch
    {
        "F32" => TensorType.F32,
        "F64" => TensorType.F64,
        "I64" => TensorType.I64,
        "U8" => TensorType.U8,
        _ => throw new TensorFormatException($"tensor \"{name}\" is of type {dtype}, expected F32, F64, I64 or U8"),
    };

    private static long[]? Integers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var values = new long[array.GetArrayLength()];
        for (var i = 0; i < values.Length; i++)
        {
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetInt64(out values[i]))
            {
                return null;
            }
        }

        return values;
    }

    private static string Shorten(JsonElement entry)
    {
        var text = entry.GetRawText();
        return text.Length <= 80 ? text : $"{text[..80]}…";
    }
}
