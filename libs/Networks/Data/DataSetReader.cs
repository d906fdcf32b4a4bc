using System.Numerics.Tensors;

namespace KoopmanMesh.Networks.Data;

/// <summary>One forward pass over a data set. Not thread-safe; open one per thread.</summary>
public sealed class DataSetReader : IDisposable
{
    private readonly IRowDecoder _decoder;
    private readonly string _name;
    private readonly int _rowSize;
    private readonly long _rows;
    private readonly bool _endsWithSource;

    internal DataSetReader(
        IRowDecoder decoder, string name, int rowSize, (long First, long Count) range, bool endsWithSource)
    {
        (_decoder, _name, _rowSize) = (decoder, name, rowSize);
        (Row, _rows, _endsWithSource) = (range.First, range.Count, endsWithSource);
    }

    /// <summary>The next row's index, 0-based.</summary>
    public long Row { get; private set; }

    /// <summary>
    /// Reads as many whole rows as fit and are left, row-major, scaled, finite. Returns how many; 0 at the end.
    /// </summary>
    /// <exception cref="DataFormatException">The data ends early, is damaged, or holds a NaN or infinity.</exception>
    public int Read(Span<float> rows)
    {
        if (rows.Length < _rowSize)
        {
            throw new ArgumentException($"a row has {_rowSize} numbers, the destination {rows.Length}", nameof(rows));
        }

        var count = (int)Math.Min(rows.Length / _rowSize, _rows - Row);
        if (count == 0)
        {
            return 0;
        }

        rows = rows[..(count * _rowSize)];
        _decoder.Read(rows);
        if (!TensorPrimitives.IsFiniteAll<float>(rows))
        {
            ThrowNotFinite(rows);
        }

        Row += count;
        if (Row == _rows && _endsWithSource)
        {
            _decoder.RequireEnd();
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();

    private void ThrowNotFinite(ReadOnlySpan<float> rows)
    {
        var at = 0;
        while (float.IsFinite(rows[at]))
        {
            at++;
        }

        var what = float.IsNaN(rows[at]) ? "NaN" : "infinite in float32";
        throw new DataFormatException(
            $"row {Row + (at / _rowSize)}, column {at % _rowSize} (both counted from 0) of '{_name}' is {what}; " +
            "every value must be finite");
    }
}
