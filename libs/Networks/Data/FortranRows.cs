namespace KoopmanMesh.Networks.Data;

/// <summary>
/// Rows of a Fortran-order NPY matrix, whose columns lie one after the other: a batch of rows is one stretch of every
/// column, so the source must be able to seek. Memory is one stretch.
/// </summary>
internal sealed class FortranRows : IRowDecoder
{
    private readonly ByteReader _reader;
    private readonly ArrayHeader _header;
    private readonly ElementCodec _codec;
    private readonly int _columns;
    private long _row;

    internal FortranRows(ByteReader reader, ArrayHeader header, double scale)
    {
        if (header.Shape.Length != 2 || !reader.CanSeek)
        {
            reader.Dispose();
            throw new DataFormatException(
                $"'{reader.Name}' is in Fortran order, read only for uncompressed matrices; save it in C order");
        }

        (_reader, _header, _columns) = (reader, header, (int)header.Shape[1]);
        _codec = new ElementCodec(header.Kind, header.BigEndian, scale);
    }

    public void Skip(long rows) => _row += rows;

    public void Read(Span<float> rows)
    {
        var count = rows.Length / _columns;
        var bytes = new byte[count * _codec.Size];
        var values = new float[count];
        for (var column = 0; column < _columns; column++)
        {
            _reader.Position(_header.Offset + (((column * _header.Rows) + _row) * _codec.Size));
            if (_reader.Fill(bytes) < bytes.Length)
            {
                throw new DataFormatException(
                    $"'{_reader.Name}' ends before the {_header.Rows} rows that its header promises");
            }

            _codec.Decode(bytes, values);
            for (var i = 0; i < count; i++)
            {
                rows[(i * _columns) + column] = values[i];
            }
        }

        _row += count;
    }

    // Its length was compared with the header's promise when it was opened.
    public void RequireEnd()
    {
    }

    public void Dispose() => _reader.Dispose();
}
