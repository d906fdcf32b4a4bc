namespace KoopmanMesh.Networks.Data;

/// <summary>Recognition by content, never by name.</summary>
internal static class DataSetFormats
{
    private const int Looked = 512;

    internal static DataFormat Recognise(ByteSource source)
    {
        Span<byte> start = stackalloc byte[Looked];
        using (var reader = source.Open())
        {
            start = start[..reader.Fill(start)];
        }

        if (start.IsEmpty)
        {
            throw new DataFormatException(
                $"'{source.Name}' is empty; expected a data set in IDX, NPY or CSV, plain or gzipped");
        }

        var first = start[..Math.Min(8, start.Length)].ToArray().Select(b => b.ToString("X2", null));
        return IdxHeader.Matches(start) ? DataFormat.Idx
            : NpyHeader.Matches(start) ? DataFormat.Npy
            : IsText(start) ? DataFormat.Csv
            : throw new DataFormatException(
                $"'{source.Name}' is neither IDX, NPY nor CSV: it begins with the bytes {string.Join(' ', first)}");
    }

    internal static ArrayHeader ReadHeader(ByteSource source, DataFormat format)
    {
        using var reader = source.Open();
        var header = format == DataFormat.Idx ? IdxHeader.Read(reader) : NpyHeader.Read(reader);
        return header.Validate(source);
    }

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (var value in start)
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7F)
            {
                return false;
            }
        }

        return true;
    }
}
