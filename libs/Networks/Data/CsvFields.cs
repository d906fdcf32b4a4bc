using System.Globalization;

namespace KoopmanMesh.Networks.Data;

/// <summary>
/// The fields of one line, as ranges of it, trimmed of blanks and of a pair of quotation marks. Allocates nothing.
/// </summary>
internal ref struct CsvFields
{
    private readonly ReadOnlySpan<byte> _line;
    private readonly byte _separator;
    private int _next;

    internal CsvFields(ReadOnlySpan<byte> line, byte separator)
    {
        _line = line;
        _separator = separator;
    }

    public Range Current { get; private set; }

    public readonly CsvFields GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_next > _line.Length)
        {
            return false;
        }

        if (_separator == ' ')
        {
            // A run of blanks separates once, and at the line's ends not at all.
            var ahead = _line[_next..].IndexOfAnyExcept((byte)' ');
            if (ahead < 0)
            {
                return false;
            }

            _next += ahead;
        }

        var length = _line[_next..].IndexOf(_separator);
        var (start, end) = (_next, length < 0 ? _line.Length : _next + length);
        _next = end + 1;
        Current = Trim(start, end);
        return true;
    }

    internal static bool TryParse(ReadOnlySpan<byte> field, out double value) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private readonly Range Trim(int start, int end)
    {
        while (start < end && _line[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        while (end > start && _line[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        return end - start >= 2 && _line[start] == '"' && _line[end - 1] == '"' ? (start + 1)..(end - 1) : start..end;
    }
}
