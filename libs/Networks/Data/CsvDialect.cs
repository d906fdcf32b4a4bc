using System.Text;

namespace KoopmanMesh.Networks.Data;

/// <summary>How a text table is written, found from its first lines.</summary>
/// <param name="Separator">The byte between fields; a blank means any run of blanks.</param>
/// <param name="HeaderLines">Lines before the numbers: any that begin with #, then at most one that names the
/// columns.</param>
/// <param name="Columns">Fields in the first line of numbers.</param>
/// <param name="Rows">Lines of numbers.</param>
internal sealed record CsvDialect(byte Separator, int HeaderLines, int Columns, long Rows)
{
    /// <summary>
    /// Finds the dialect and counts the rows, up to a limit (0: all) beyond which nothing is looked at.
    /// </summary>
    internal static CsvDialect Detect(ByteSource source, long limit)
    {
        using var lines = new LineReader(source.Open());
        var headerLines = 0;
        var named = false;
        var found = lines.TryRead(out var line);
        while (found && !named && (line[0] == '#' || !IsNumeric(line)))
        {
            named = line[0] != '#';
            headerLines++;
            found = lines.TryRead(out line);
        }

        if (!found)
        {
            throw new DataFormatException(
                $"'{source.Name}' holds no rows of numbers{(headerLines > 0 ? ", only a header" : string.Empty)}");
        }

        var separator = FindSeparator(line);
        var columns = CountColumns(line, separator);
        if (columns > ArrayHeader.MaxRowSize)
        {
            throw new DataFormatException(
                $"a line of '{source.Name}' has {columns} columns; at most {ArrayHeader.MaxRowSize} are supported");
        }

        var rows = 1L;
        while ((limit == 0 || rows < limit) && lines.TryRead(out _))
        {
            rows++;
        }

        return new CsvDialect(separator, headerLines, columns, rows);
    }

    internal static string Excerpt(ReadOnlySpan<byte> text)
    {
        const int Longest = 40;
        var whole = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * Longest)]);
        return whole.Length <= Longest ? whole : whole[..Longest] + "…";
    }

    private static bool IsNumeric(ReadOnlySpan<byte> line)
    {
        foreach (var range in new CsvFields(line, FindSeparator(line)))
        {
            if (!CsvFields.TryParse(line[range], out _))
            {
                return false;
            }
        }

        return true;
    }

    private static int CountColumns(ReadOnlySpan<byte> line, byte separator)
    {
        var columns = 0;
        foreach (var _ in new CsvFields(line, separator))
        {
            columns++;
        }

        return columns;
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
