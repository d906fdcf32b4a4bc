using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>Takes moments of [x; y] to those of [U'x; y]: P'SP with P = diag(U, I).</summary>
internal sealed class BeforeProjection
{
    private readonly Matrix _u;
    private readonly int _before;
    private readonly int _after;
    private readonly ILinearAlgebra _algebra;

    public BeforeProjection(Matrix u, int before, int after, ILinearAlgebra algebra)
    {
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(algebra);
        if (u.Rows != before)
        {
            throw new ArgumentException(
                $"got a {u.Rows} x {u.Columns} projection of {before} features, expected {before} rows", nameof(u));
        }

        (_u, _before, _after, _algebra) = (u, before, after, algebra);
    }

    /// <summary>r, columns of U.</summary>
    public int Rank => _u.Columns;

    /// <summary>r + p.</summary>
    public int Width => Rank + _after;

    public double[] Vector(ReadOnlySpan<double> s) =>
        [.. _algebra.Multiply(_u, s[.._before], transposeA: true), .. s[_before..]];

    public Matrix Scatter(Matrix s)
    {
        var (n, p, r, d) = (_before, _after, Rank, Math.Max(1, _before + _after));
        var result = new Matrix(Width, Width);
        var leading = Math.Max(1, Width);

        // U' [S_xx, S_xy] in one product, then (U' S_xx) U.
        var rows = new Matrix(r, n + p);
        _algebra.Gemm(
            true, false, r, n + p, n, 1, _u.AsSpan(), Math.Max(1, n), s.AsSpan(), d, 0, rows.AsSpan(), Math.Max(1, r));
        _algebra.Gemm(
            false, false, r, r, n, 1, rows.AsSpan(), Math.Max(1, r), _u.AsSpan(), Math.Max(1, n),
            0, result.AsSpan(), leading);
        for (var j = 0; j < p; j++)
        {
            rows.Column(n + j).CopyTo(result.Column(r + j));
            s.Column(n + j)[n..].CopyTo(result.Column(r + j)[r..]);
        }

        LinearAlgebraExtensions.MirrorUpper(result);
        return result;
    }
}
