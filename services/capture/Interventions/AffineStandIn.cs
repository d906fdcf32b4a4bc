using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Capture.Interventions;

/// <summary>
/// An affine map in factors, y = c + L (R' x), fitted to stand in for a component: x has n features, y has p, R is n ×
/// r, L is p × r.
/// </summary>
internal sealed class AffineStandIn
{
    private readonly ILinearAlgebra _algebra;
    private readonly float[] _right;
    private readonly float[] _left;
    private readonly float[] _offset;
    private readonly int _rank;

    /// <param name="right">R, n × r.</param>
    /// <param name="left">L, p × r.</param>
    /// <param name="offset">c, p long.</param>
    /// <param name="algebra">Multiplies.</param>
    public AffineStandIn(Matrix right, Matrix left, ReadOnlySpan<double> offset, ILinearAlgebra algebra)
    {
        (BeforeWidth, AfterWidth, _rank, _algebra) = (right.Rows, left.Rows, right.Columns, algebra);
        (_right, _left, _offset) = (ToFloats(right.AsSpan()), ToFloats(left.AsSpan()), ToFloats(offset));
    }

    public int BeforeWidth { get; }

    public int AfterWidth { get; }

    /// <summary>y for each row of x.</summary>
    /// <param name="before">x, [rows, n] row-major, which is n × rows column-major.</param>
    /// <param name="rows">Rows of both.</param>
    /// <param name="after">Receives y, [rows, p] row-major.</param>
    public void Apply(ReadOnlySpan<float> before, int rows, Span<float> after)
    {
        for (var row = 0; row < rows; row++)
        {
            _offset.CopyTo(after.Slice(row * AfterWidth, AfterWidth));
        }

        if (_rank == 0)
        {
            return;
        }

        var reduced = new float[rows * _rank];
        _algebra.Gemm(
            true, false, _rank, rows, BeforeWidth, 1f, _right, BeforeWidth, before, BeforeWidth, 0f, reduced, _rank);
        _algebra.Gemm(
            false, false, AfterWidth, rows, _rank, 1f, _left, AfterWidth, reduced, _rank, 1f, after, AfterWidth);
    }

    private static float[] ToFloats(ReadOnlySpan<double> values)
    {
        var floats = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            floats[i] = (float)values[i];
        }

        return floats;
    }
}
