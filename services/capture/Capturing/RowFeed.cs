using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>One pass over a range of rows in batches, in the network's order. The batch's memory is reused.</summary>
internal sealed class RowFeed : IDisposable
{
    private readonly DataSetReader _reader;
    private readonly RowOrder _order;
    private readonly int _width;
    private readonly long _end;
    private readonly long _stride;
    private readonly float[] _raw;
    private readonly float[] _batch;

    public RowFeed(DataSet data, RowOrder order, long firstRow, long rows, int batchRows, long stride)
    {
        (_order, _width, _end, _stride) = (order, data.RowSize, firstRow + rows, stride);
        _reader = data.OpenReader(firstRow);
        _raw = new float[batchRows * _width];
        _batch = order.AsIs && stride == 1 ? _raw : new float[batchRows * _width];
    }

    /// <summary>Index in the data set of the last batch's first row.</summary>
    public long FirstRow { get; private set; }

    /// <summary>Rows of the last batch.</summary>
    public int Count { get; private set; }

    /// <summary>The last batch, [Count, width] row-major.</summary>
    public ReadOnlyMemory<float> Rows => _batch.AsMemory(0, Count * _width);

    /// <summary>Index in the data set of row <paramref name="i"/> of the last batch.</summary>
    public long IndexOf(int i) => FirstRow + (i * _stride);

    /// <summary>Reads the next batch; false at the end.</summary>
    public bool Read()
    {
        if (_stride == 1)
        {
            FirstRow = _reader.Row;
            Count = ReadRaw(_raw.Length / _width);
            if (Count > 0 && !_order.AsIs)
            {
                _order.Apply(_raw.AsSpan(0, Count * _width), _batch);
            }

            return Count > 0;
        }

        return ReadStrided();
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>Every stride-th row, counted from the range's first: the rest is read and left.</summary>
    private bool ReadStrided()
    {
        (FirstRow, Count) = (_reader.Row, 0);
        var row = _raw.AsSpan(0, _width);
        while ((Count + 1) * _width <= _batch.Length && ReadRaw(1) == 1)
        {
            var target = _batch.AsSpan(Count * _width, _width);
            if (_order.AsIs)
            {
                row.CopyTo(target);
            }
            else
            {
                _order.Apply(row, target);
            }

            Count++;
            for (var skipped = 1; skipped < _stride && ReadRaw(1) == 1; skipped++)
            {
            }
        }

        return Count > 0;
    }

    private int ReadRaw(int most)
    {
        var rows = (int)Math.Min(most, _end - _reader.Row);
        return rows > 0 ? _reader.Read(_raw.AsSpan(0, rows * _width)) : 0;
    }
}
