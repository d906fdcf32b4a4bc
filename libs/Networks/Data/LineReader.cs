namespace KoopmanMesh.Networks.Data;

/// <summary>
/// Lines of text as bytes, without their ends (LF or CR LF), one buffer for all; lines of blanks are passed over.
/// </summary>
internal sealed class LineReader(ByteReader reader) : IDisposable
{
    private const int MaxLine = 1 << 28;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _exhausted;

    /// <summary>The current line's number, from 1.</summary>
    internal long Number { get; private set; }

    internal string Name => reader.Name;

    internal bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (TryReadAny(out line))
        {
            if (Number == 1 && line.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            line = line.TrimEnd("\r"u8);
            if (line.ContainsAnyExcept(" \t"u8))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => reader.Dispose();

    private bool TryReadAny(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var waiting = _buffer.AsSpan(_start, _end - _start);
            var length = waiting[searched..].IndexOf((byte)'\n');
            if (length >= 0 || (_exhausted && !waiting.IsEmpty))
            {
                length = length >= 0 ? searched + length : waiting.Length;
                line = waiting[..length];
                _start = Math.Min(_start + length + 1, _end);
                Number++;
                return true;
            }

            if (_exhausted)
            {
                line = default;
                return false;
            }

            searched = waiting.Length;
            Refill();
        }
    }

    private void Refill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxLine)
            {
                throw new DataFormatException($"line {Number + 1} of '{Name}' is longer than {MaxLine} bytes");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = reader.Fill(_buffer.AsSpan(_end));
        _exhausted = read < _buffer.Length - _end;
        _end += read;
    }
}
