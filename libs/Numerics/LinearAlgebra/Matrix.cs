namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// A dense real matrix, column-major: element (i, j) lies at <c>j * Rows + i</c>, so one snapshot (a column) is
/// contiguous, and a row-major batch [m, n] as it leaves a network is the n × m matrix of this library without a copy.
/// </summary>
public sealed class Matrix
{
    private readonly double[] _values;

    /// <summary>A matrix of zeros.</summary>
    public Matrix(int rows, int columns) : this(rows, columns, new double[checked((long)rows * columns)])
    {
    }

    /// <summary>Takes ownership of <paramref name="values"/>, column-major, <c>rows * columns</c> long.</summary>
    public Matrix(int rows, int columns, double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)rows * columns)
        {
            throw new ArgumentException(
                $"a {rows} x {columns} matrix has {(long)rows * columns} elements, got {values.Length}", nameof(
                    values));
        }

        (Rows, Columns, _values) = (rows, columns, values);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Element (<paramref name="row"/>, <paramref name="column"/>), both 0-based.</summary>
    public double this[int row, int column]
    {
        get => _values[(column * (long)Rows) + row];
        set => _values[(column * (long)Rows) + row] = value;
    }

    /// <summary>All elements, column-major.</summary>
    public Span<double> AsSpan() => _values;

    /// <summary>All elements, column-major, as memory that may outlive the call.</summary>
    public ReadOnlyMemory<double> AsMemory() => _values;

    /// <summary>Column <paramref name="j"/>, contiguous.</summary>
    public Span<double> Column(int j) => _values.AsSpan(checked(j * Rows), Rows);

    /// <summary>An independent copy.</summary>
    public Matrix Copy() => new(Rows, Columns, (double[])_values.Clone());

    /// <summary>The transpose, as a new matrix.</summary>
    public Matrix Transpose()
    {
        var result = new Matrix(Columns, Rows);
        Transposition.Copy(_values, Rows, Columns, result._values);
        return result;
    }

    /// <summary>The identity of order <paramref name="order"/>.</summary>
    public static Matrix Identity(int order)
    {
        var result = new Matrix(order, order);
        for (var i = 0; i < order; i++)
        {
            result[i, i] = 1;
        }

        return result;
    }

    /// <summary>
    /// Columns <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> - 1, copied.
    /// </summary>
    public Matrix SelectColumns(int start, int count) =>
        new(Rows, count, AsSpan().Slice(checked(start * Rows), checked(count * Rows)).ToArray());

    /// <summary>From rows as they are written in a paper: <c>Matrix.FromRows([[1, 2], [3, 4]])</c>.</summary>
    public static Matrix FromRows(double[][] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var result = new Matrix(rows.Length, rows.Length == 0 ? 0 : rows[0].Length);
        for (var i = 0; i < result.Rows; i++)
        {
            for (var j = 0; j < result.Columns; j++)
            {
                result[i, j] = rows[i][j];
            }
        }

        return result;
    }
}
