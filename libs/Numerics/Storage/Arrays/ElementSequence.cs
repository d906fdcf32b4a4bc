namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// The numbers of an array as doubles in row-major order, whatever its own order is, in bounded memory. Not
/// thread-safe.
/// </summary>
public sealed class ElementSequence : IDisposable
{
    private const int BufferBytes = 128 * 1024;
    private const int MostGathered = 1 << 25;

    private readonly ArraySource _source;
    private readonly ElementReader? _direct;
    private readonly SnapshotReader? _rows;
    private readonly double[] _row;
    private int _left;
    private long _next;

    /// <summary>Over an array, which is disposed of with it.</summary>
    /// <exception cref="ArrayFileException">
    /// In Fortran order: a matrix of rows of more than 2^24 numbers, or three axes and more of more than 2^25.
    /// </exception>
    internal ElementSequence(ArraySource source)
    {
        _source = source;
        switch (source.Header)
        {
            case { Fortran: false } or { Shape.Length: < 2 }:
                (_direct, _row) = (new ElementReader(source, source.Content, BufferBytes), []);
                break;
            case { Shape.Length: 2 }:
                _rows = new SnapshotReader(source, SnapshotAxis.Rows);
                _row = new double[_rows.Width];
                break;
            default:
                _row = Gather(source);
                _left = _row.Length;
                break;
        }
    }

    /// <summary>Reads as many of the next numbers as the span holds.</summary>
    /// <exception cref="ArrayFileException">The file ends before them.</exception>
    public void Read(Span<double> values)
    {
        if (values.Length > _source.Header.Count - _next)
        {
            throw new ArgumentOutOfRangeException(
                nameof(values), values.Length, $"{_source.Header.Count - _next} numbers are left");
        }

        _direct?.Read(_next, values);
        _next += values.Length;
        while (_direct is null && !values.IsEmpty)
        {
            if (_left == 0)
            {
                _rows!.Read(_row);
                _left = _row.Length;
            }

            var part = _row.AsSpan(_row.Length - _left, Math.Min(_left, values.Length));
            part.CopyTo(values);
            values = values[part.Length..];
            _left -= part.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    // An odometer over the axes, the last of which turns fastest.
    private static double[] Gather(ArraySource source)
    {
        var (shape, strides) = (source.Header.Shape, source.Header.Strides());
        if (source.Header.Count > MostGathered)
        {
            throw new ArrayFileException(
                $"'{source.Name}' has {shape.Length} axes and {source.Header.Count} numbers in Fortran order, at most "
                + $"{MostGathered} of which are read; save it in C order");
        }

        var (stored, ordered) = (new double[source.Header.Count], new double[source.Header.Count]);
        new ElementReader(source, source.Content).Read(0, stored);
        var (index, offset) = (new long[shape.Length], 0L);
        for (var i = 0; i < ordered.Length; i++)
        {
            ordered[i] = stored[offset];
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                (index[axis], offset) = (0, offset - (shape[axis] * strides[axis]));
            }
        }

        return ordered;
    }
}
