using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Second moments of pairs of q stacked states, y = [z; upper blocks of x]: what is not in X X' already is z [z; x]'
/// alone, so Y X' and Y Y' are never formed.
/// </summary>
/// <param name="xx">X X', (n q) × (n q), both triangles filled.</param>
/// <param name="first">Sum of z [z; x]', n × n (q + 1).</param>
/// <param name="count">Pairs.</param>
internal sealed class DelayProducts(Matrix xx, Matrix first, long count) : ISecondMoments
{
    private readonly int _n = first.Rows;

    public Matrix Xx => xx;

    public long Count => count;

    // [z x'; upper rows of x x'] a.
    public Matrix YxTimes(Matrix a, ILinearAlgebra la)
    {
        var (newest, result) = (new Matrix(_n, a.Columns), la.Times(xx, a));
        la.Gemm(
            false, false, _n, a.Columns, xx.Rows, 1, first.AsSpan()[(_n * _n)..], _n, a.AsSpan(), xx.Rows, 0,
            newest.AsSpan(), _n);
        return Below(newest, result);
    }

    // [z z', z v'; v z', v v'] a with v the upper blocks of x.
    public Matrix YyTimes(Matrix a, ILinearAlgebra la)
    {
        var (upper, order, r) = (xx.Rows - _n, xx.Rows, a.Columns);
        var (newest, rest) = (new Matrix(_n, r), new Matrix(order, r));
        la.Gemm(false, false, _n, r, order, 1, first.AsSpan(), _n, a.AsSpan(), order, 0, newest.AsSpan(), _n);
        if (upper > 0)
        {
            la.Gemm(
                true, false, upper, r, _n, 1, first.AsSpan()[(_n * _n)..], _n, a.AsSpan(), order, 0, rest.AsSpan(),
                order);
            la.Gemm(
                false, false, upper, r, upper, 1, xx.AsSpan(), order, a.AsSpan()[_n..], order, 1, rest.AsSpan(), order);
        }

        return Below(newest, rest);
    }

    public (double Energy, double Still) Row(int i)
    {
        var energy = i < _n ? first[i, i] : xx[i - _n, i - _n];
        var cross = i < _n ? first[i, _n + i] : xx[i - _n, i];
        return (energy, energy - (2 * cross) + xx[i, i]);
    }

    // Moves all blocks down by one and puts the newest on top.
    private Matrix Below(Matrix newest, Matrix rest)
    {
        for (var j = 0; j < rest.Columns; j++)
        {
            rest.Column(j)[..^_n].CopyTo(rest.Column(j)[_n..]);
            newest.Column(j).CopyTo(rest.Column(j));
        }

        return rest;
    }
}
