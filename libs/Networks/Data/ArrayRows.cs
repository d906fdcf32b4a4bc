namespace KoopmanMesh.Networks.Data;

/// <summary>Rows of an IDX or C-order NPY array, one after the other in the file.</summary>
internal sealed class ArrayRows : IRowDecoder
{
    private const int BufferBytes = 1 << 16;

    private readonly ByteReader _reader;
    private readonly ElementCodec _codec;
    private readonly ArrayHeader _header;
    private readonly int _rowSize;
    private readonly byte[] _buffer = new byte[BufferBytes];

    internal ArrayRows(ByteReader reader, ArrayHeader header, double scale)
    {
        (_reader, _header) = (reader, header);
        _codec = new ElementCodec(header.Kind, header.BigEndian, scale);
        _rowSize = header.RowShape.Aggregate(1, (a, b) => a * b);
        reader.Skip(header.Offset);
    }

    public void Skip(long rows)
    {
        var bytes = rows * _rowSize * _codec.Size;
        var passed = _reader.Skip(bytes);
        if (passed < bytes)
        {
            ThrowShort();
        }
    }

    public void Read(Span<float> rows)
    {
        while (!rows.IsEmpty)
        {
            var count = Math.Min(rows.Length, BufferBytes / _codec.Size);
            var bytes = _buffer.AsSpan(0, count * _codec.Size);
            var read = _reader.Fill(bytes);
            if (read < bytes.Length)
            {
                ThrowShort();
            }

            _codec.Decode(bytes, rows[..count]);
            rows = rows[count..];
        }
    }

    public void RequireEnd()
    {
        if (_reader.Fill(_buffer.AsSpan(0, 1)) != 0)
        {
            throw new DataFormatException(
                $"'{_reader.Name}' goes on after the {_header.Rows} rows that its header promises");
        }
    }

    public void Dispose() => _reader.Dispose();

    private void ThrowShort() => throw new DataFormatException(
        $"'{_reader.Name}' ends before the {_header.Rows} rows that its header promises");
}
