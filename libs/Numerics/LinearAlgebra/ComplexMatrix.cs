using System.Numerics;

namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>A dense complex matrix, column-major, interleaved (re, im) as LAPACK expects.</summary>
public sealed class ComplexMatrix
{
    private readonly Complex[] _values;

    /// <summary>A matrix of zeros.</summary>
    public ComplexMatrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        (Rows, Columns, _values) = (rows, columns, new Complex[checked((long)rows * columns)]);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Element (<paramref name="row"/>, <paramref name="column"/>), both 0-based.</summary>
    public Complex this[int row, int column]
    {
        get => _values[(column * (long)Rows) + row];
        set => _values[(column * (long)Rows) + row] = value;
    }

    /// <summary>All elements, column-major.</summary>
    public Span<Complex> AsSpan() => _values;

    /// <summary>Column <paramref name="j"/>, contiguous.</summary>
    public Span<Complex> Column(int j) => _values.AsSpan(checked(j * Rows), Rows);
}
