namespace KoopmanMesh.Networks.Data;

/// <summary>
/// A data set on disk or wherever its bytes can be opened again and again: IDX, NPY or CSV, each plain or gzipped,
/// recognised by content. Rows are read in order, as float32; memory is that of a batch, whatever the header says.
/// </summary>
public sealed class DataSet
{
    private readonly ByteSource _source;
    private readonly DataSetOptions _options;
    private readonly ArrayHeader? _array;
    private readonly CsvDialect? _csv;
    private readonly int _labelIndex = -1;

    private DataSet(ByteSource source, DataSetOptions options)
    {
        (_source, _options) = (source, options);
        Format = DataSetFormats.Recognise(source);
        long rows;
        if (Format == DataFormat.Csv)
        {
            _csv = CsvDialect.Detect(source, options.Limit);
            _labelIndex = LabelIndex(options.LabelColumn, _csv.Columns);
            (RowShape, rows) = ([_csv.Columns - (_labelIndex < 0 ? 0 : 1)], _csv.Rows);
        }
        else
        {
            _array = DataSetFormats.ReadHeader(source, Format);
            (RowShape, rows) = (_array.RowShape, _array.Rows);
        }

        Rows = options.Limit > 0 ? Math.Min(rows, options.Limit) : rows;
        RowSize = RowShape.Aggregate(1, (product, axis) => product * axis);
    }

    /// <summary>How messages name it.</summary>
    public string Name => _source.Name;

    /// <summary>What it was recognised as.</summary>
    public DataFormat Format { get; }

    /// <summary>Whether it is gzipped.</summary>
    public bool Compressed => _source.Compressed;

    /// <summary>
    /// Axes of one row, e.g. 28 x 28; [n] for a table, [1] for a one-axis array. A CSV's label column doesn't count.
    /// </summary>
    public IReadOnlyList<int> RowShape { get; }

    /// <summary>Numbers in a row: the product of <see cref="RowShape"/>.</summary>
    public int RowSize { get; }

    /// <summary>Rows, at most <see cref="DataSetOptions.Limit"/> when that is set; at least 1.</summary>
    public long Rows { get; }

    /// <summary>Whether <see cref="ReadLabels"/> has a column to read.</summary>
    public bool HasLabels => _labelIndex >= 0;

    /// <summary>Opens a file.</summary>
    /// <exception cref="DataFormatException">It is not a data set.</exception>
    public static DataSet Open(string path, DataSetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16), path, options);
    }

    /// <summary>
    /// Opens bytes from anywhere. Every pass calls <paramref name="open"/> once and disposes what it returns.
    /// </summary>
    /// <exception cref="DataFormatException">They are not a data set.</exception>
    public static DataSet Open(Func<Stream> open, string name, DataSetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(name);
        options ??= new DataSetOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Limit, nameof(options));
        if (!double.IsFinite(options.Scale) || options.Scale == 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Scale, "the scale must be a finite number other than 0");
        }

        return new DataSet(new ByteSource(open, name), options);
    }

    /// <summary>Starts a pass at a row (0-based), which a shard's reader skips to without decoding.</summary>
    public DataSetReader OpenReader(long firstRow = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, Rows);
        return OpenReader(Decoder(_options.Scale, only: false), RowSize, firstRow);
    }

    /// <summary>
    /// The labels in the CSV's label column, checked to be whole numbers from 0 to <paramref name="classes"/> - 1.
    /// </summary>
    /// <param name="classes">Number of classes; 0 checks only that labels are not negative.</param>
    /// <exception cref="DataFormatException">There is no label column, or a label is out of range.</exception>
    public int[] ReadLabels(int classes = 0)
    {
        if (!HasLabels)
        {
            throw new DataFormatException($"'{Name}' has no label column; name one, or give a file of labels");
        }

        using var reader = OpenReader(Decoder(1, only: true), 1, 0);
        return LabelReader.Read(reader, Name, classes);
    }

    private DataSetReader OpenReader(IRowDecoder decoder, int rowSize, long firstRow)
    {
        try
        {
            decoder.Skip(firstRow);
            var toTheEnd = _csv is null && Rows == _array!.Rows;
            return new DataSetReader(decoder, Name, rowSize, (firstRow, Rows), toTheEnd);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    private IRowDecoder Decoder(double scale, bool only)
    {
        var bytes = _source.Open();
        return _csv is not null ? new CsvRows(bytes, _csv, scale, _labelIndex, only)
            : _array!.FortranOrder && _array.Shape.Length > 1 ? new FortranRows(bytes, _array, scale)
            : new ArrayRows(bytes, _array, scale);
    }

    private int LabelIndex(int column, int columns)
    {
        if (column == 0)
        {
            return -1;
        }

        var index = column > 0 ? column - 1 : columns + column;
        if (index < 0 || index >= columns)
        {
            throw new DataFormatException($"'{Name}' has {columns} columns; there is no label column {column}");
        }

        return columns > 1
            ? index
            : throw new DataFormatException($"'{Name}' has one column, which can't be the label's");
    }
}
