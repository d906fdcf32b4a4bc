using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Lowering;

/// <summary>
/// A sparse matrix by rows: output i is the sum of <c>values[k] x[columns[k]]</c> over k from <c>starts[i]</c> to
/// <c>starts[i + 1]</c>. Convolutions, averages, scales and moved values are such.
/// </summary>
public sealed class SparseMap : LinearMap
{
    private readonly int[] _starts;
    private readonly int[] _columns;
    private readonly double[] _values;

    /// <summary>From its rows; the arrays are not copied.</summary>
    /// <param name="inputs">Length of the vectors it takes.</param>
    /// <param name="starts">Where each row starts, and the last one ends; outputs + 1 long, rising from 0.</param>
    /// <param name="columns">Input of each coefficient.</param>
    /// <param name="values">The coefficients.</param>
    public SparseMap(int inputs, int[] starts, int[] columns, double[] values)
        : base(inputs, (starts ?? throw new ArgumentNullException(nameof(starts))).Length - 1)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        if (columns.Length != values.Length || starts[^1] != values.Length)
        {
            throw new ArgumentException(
                $"the rows end at {starts[^1]}, but there are {columns.Length} columns and {values.Length} values",
                nameof(starts));
        }

        (_starts, _columns, _values) = (starts, columns, values);
        for (var i = 0; i < Outputs; i++)
        {
            MostTerms = Math.Max(MostTerms, starts[i + 1] - starts[i]);
        }
    }

    /// <inheritdoc/>
    public override int MostTerms { get; }

    /// <inheritdoc/>
    public override bool IsSelection => MostTerms <= 1 && !_values.AsSpan().ContainsAnyExcept(0.0, 1.0);

    /// <summary>One input times one coefficient an output; a negative source gives zero.</summary>
    public static SparseMap Selection(int inputs, int[] sources, Func<int, double>? coefficient = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var starts = new int[sources.Length + 1];
        var (columns, values) = (new List<int>(sources.Length), new List<double>(sources.Length));
        for (var i = 0; i < sources.Length; i++)
        {
            if (sources[i] >= 0)
            {
                columns.Add(sources[i]);
                values.Add(coefficient?.Invoke(i) ?? 1);
            }

            starts[i + 1] = columns.Count;
        }

        return new SparseMap(inputs, starts, [.. columns], [.. values]);
    }

    /// <inheritdoc/>
    public override Matrix Apply(Matrix x, ILinearAlgebra la)
    {
        Require(x, Inputs, "the matrix to map");
        var y = new Matrix(Outputs, x.Columns);
        ByColumns(x.Columns, (long)_values.Length * x.Columns, (start, count) =>
        {
            for (var j = start; j < start + count; j++)
            {
                Gather(x.Column(j), y.Column(j));
            }
        });
        return y;
    }

    /// <inheritdoc/>
    public override Matrix ApplyTransposed(Matrix y, ILinearAlgebra la)
    {
        Require(y, Outputs, "the matrix to map back");
        var x = new Matrix(Inputs, y.Columns);
        ByColumns(y.Columns, (long)_values.Length * y.Columns, (start, count) =>
        {
            for (var j = start; j < start + count; j++)
            {
                Scatter(y.Column(j), x.Column(j));
            }
        });
        return x;
    }

    /// <inheritdoc/>
    public override bool SameAs(LinearMap other) => other is SparseMap sparse && sparse.Inputs == Inputs
        && sparse._starts.AsSpan().SequenceEqual(_starts) && sparse._columns.AsSpan().SequenceEqual(_columns)
        && sparse._values.AsSpan().SequenceEqual(_values);

    /// <inheritdoc/>
    public override LinearMap Scaled(double factor)
    {
        var scaled = new double[_values.Length];
        TensorPrimitives.Multiply(_values, factor, scaled);
        return new SparseMap(Inputs, _starts, _columns, scaled);
    }

    private protected override LinearMap MakeAbsolute()
    {
        var absolute = new double[_values.Length];
        TensorPrimitives.Abs(_values, absolute);
        return new SparseMap(Inputs, _starts, _columns, absolute);
    }

    private void Gather(ReadOnlySpan<double> x, Span<double> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            var sum = 0.0;
            for (var k = _starts[i]; k < _starts[i + 1]; k++)
            {
                sum += _values[k] * x[_columns[k]];
            }

            y[i] = sum;
        }
    }

    private void Scatter(ReadOnlySpan<double> y, Span<double> x)
    {
        for (var i = 0; i < y.Length; i++)
        {
            for (var k = _starts[i]; k < _starts[i + 1]; k++)
            {
                x[_columns[k]] += _values[k] * y[i];
            }
        }
    }
}
