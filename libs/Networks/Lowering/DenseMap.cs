using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Lowering;

/// <summary>
/// A dense matrix W (p × n) on each of <c>repeats</c> consecutive pieces of the vector: what MatMul does to the last
/// axis of a tensor.
/// </summary>
public sealed class DenseMap : LinearMap
{
    private readonly Matrix _weights;
    private readonly int _repeats;

    /// <summary>From W, which is not copied.</summary>
    public DenseMap(Matrix weights, int repeats = 1)
        : base(checked((weights ?? throw new ArgumentNullException(nameof(weights))).Columns * repeats),
            checked(weights.Rows * repeats))
    {
        (_weights, _repeats) = (weights, repeats);
    }

    /// <inheritdoc/>
    public override int MostTerms => _weights.Columns;

    /// <inheritdoc/>
    public override bool IsSelection => false;

    /// <inheritdoc/>
    public override Matrix Apply(Matrix x, ILinearAlgebra la)
    {
        Require(x, Inputs, "the matrix to map");
        return Product(x, la, transpose: false);
    }

    /// <inheritdoc/>
    public override Matrix ApplyTransposed(Matrix y, ILinearAlgebra la)
    {
        Require(y, Outputs, "the matrix to map back");
        return Product(y, la, transpose: true);
    }

    /// <inheritdoc/>
    public override bool SameAs(LinearMap other) => other is DenseMap dense
        && (dense._repeats, dense._weights.Rows, dense._weights.Columns)
            == (_repeats, _weights.Rows, _weights.Columns)
        && dense._weights.AsSpan().SequenceEqual(_weights.AsSpan());

    /// <inheritdoc/>
    public override LinearMap Scaled(double factor)
    {
        var scaled = new Matrix(_weights.Rows, _weights.Columns);
        TensorPrimitives.Multiply(_weights.AsSpan(), factor, scaled.AsSpan());
        return new DenseMap(scaled, _repeats);
    }

    private protected override LinearMap MakeAbsolute()
    {
        var absolute = new Matrix(_weights.Rows, _weights.Columns);
        TensorPrimitives.Abs(_weights.AsSpan(), absolute.AsSpan());
        return new DenseMap(absolute, _repeats);
    }

    private Matrix Product(Matrix x, ILinearAlgebra la, bool transpose)
    {
        ArgumentNullException.ThrowIfNull(la);
        var (m, k) = transpose
            ? (_weights.Columns, _weights.Rows)
            : (_weights.Rows, _weights.Columns);
        var result = new Matrix(checked(m * _repeats), x.Columns);
        var columns = checked(x.Columns * _repeats);
        // The pieces of a column lie one after the other, so to the product they are columns of their own.
        ByColumns(columns, (long)m * k * columns, (start, count) => la.Gemm(
            transpose, false, m, count, k, 1, _weights.AsSpan(), Math.Max(1, _weights.Rows),
            x.AsSpan().Slice(start * k, count * k), Math.Max(1, k),
            0, result.AsSpan().Slice(start * m, count * m), Math.Max(1, m)));
        return result;
    }
}
