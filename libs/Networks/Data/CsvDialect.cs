using System.Text;

namespace KoopmanMesh.Networks.Data;

/// <summary>How a text table is written, found from its first line: separator, header line or not, number of columns.</summary>
/// <param name="Separator">The byte between fields; a blank means any run of blanks.</param>
/// <param name="HasHeader">Whether the first line names the columns.</param>
/// <param name="Columns">Fields in a line.</param>
/// <param name="Rows">Lines with numbers.</param>
internal sealed record CsvDialect(byte Separator, bool HasHeader, int Columns, long Rows)
{
    /// <summary>Finds the dialect and counts the rows, up to a limit (0: all) beyond which nothing is looked at.</summary>
    internal static CsvDialect Detect(ByteSource source, long limit)
    {
        using var lines = new LineReader(source.Open());
        if (!lines.TryRead(out var first))
        {
            throw new DataFormatException($"'{source.Name}' holds no rows");
        }

        var separator = FindSeparator(first);
        var (columns, hasHeader) = (0, false);
        foreach (var range in new CsvFields(first, separator))
        {
            columns++;
            hasHeader |= !CsvFields.TryParse(first[range], out _);
        }

        if (columns > ArrayHeader.MaxRowSize)
        {
            throw new DataFormatException(
                $"a line of '{source.Name}' has {columns} columns; at most {ArrayHeader.MaxRowSize} are supported");
        }

        var rows = hasHeader ? 0L : 1L;
        while ((limit == 0 || rows < limit) && lines.TryRead(out _))
        {
            rows++;
        }

        return rows > 0
            ? new CsvDialect(separator, hasHeader, columns, rows)
            : throw new DataFormatException(
                $"'{source.Name}' holds no rows of numbers, only the line '{Excerpt(first)}'");
    }

    internal static string Excerpt(ReadOnlySpan<byte> text)
    {
        const int Longest = 40;
        var whole = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * Longest)]);
        return whole.Length <= Longest ? whole : whole[..Longest] + "…";
    }

    private static byte FindSeparator(ReadOnlySpan<byte> line)
    {
        foreach (var candidate in "\t;,"u8)
        {
            if (line.Contains(candidate))
            {
                return candidate;
            }
        }

        return (byte)' ';
    }
}
