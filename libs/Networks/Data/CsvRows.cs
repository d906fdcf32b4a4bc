namespace KoopmanMesh.Networks.Data;

/// <summary>Rows of a text table: every column but one, or that one alone.</summary>
internal sealed class CsvRows : IRowDecoder
{
    private readonly LineReader _lines;
    private readonly CsvDialect _dialect;
    private readonly double _scale;
    private readonly int _column;
    private readonly bool _only;

    /// <summary>The column (0-based, -1 for none) is left out, or is the only one read.</summary>
    internal CsvRows(ByteReader reader, CsvDialect dialect, double scale, int column, bool only)
    {
        (_lines, _dialect, _scale, _column, _only) = (new LineReader(reader), dialect, scale, column, only);
        Skip(dialect.HeaderLines);
    }

    public void Skip(long rows)
    {
        for (var i = 0L; i < rows; i++)
        {
            Next();
        }
    }

    public void Read(Span<float> rows)
    {
        var next = 0;
        while (next < rows.Length)
        {
            next += ReadLine(Next(), rows[next..]);
        }
    }

    public void RequireEnd()
    {
    }

    public void Dispose() => _lines.Dispose();

    private ReadOnlySpan<byte> Next() => _lines.TryRead(out var line)
        ? line
        : throw new DataFormatException(
            $"'{_lines.Name}' ends at line {_lines.Number}; it had {_dialect.Rows} rows when it was opened");

    private int ReadLine(ReadOnlySpan<byte> line, Span<float> row)
    {
        var (column, taken) = (0, 0);
        foreach (var range in new CsvFields(line, _dialect.Separator))
        {
            if (column < _dialect.Columns && (column == _column) == _only)
            {
                row[taken++] = Parse(line[range], column);
            }

            column++;
        }

        return column == _dialect.Columns
            ? taken
            : throw new DataFormatException(
                $"line {_lines.Number} of '{_lines.Name}' has {column} columns, the first row has {_dialect.Columns}");
    }

    private float Parse(ReadOnlySpan<byte> field, int column)
    {
        if (!CsvFields.TryParse(field, out var value))
        {
            throw new DataFormatException(
                $"line {_lines.Number}, column {column + 1} of '{_lines.Name}' is '{CsvDialect.Excerpt(field)}', " +
                "not a number");
        }

        var scaled = (float)(value * _scale);
        return float.IsFinite(scaled)
            ? scaled
            : throw new DataFormatException(
                $"line {_lines.Number}, column {column + 1} of '{_lines.Name}' is '{CsvDialect.Excerpt(field)}'; " +
                "every value must be finite in float32");
    }
}
