using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// W'(x_j - o) for the columns x_j of a chunk, by matrix products of one fixed width: a column's products come out to
/// the same bits wherever in whichever chunk it lies. O(n D m).
/// </summary>
internal static class TiledProducts
{
    private const int Width = 64;

    /// <summary>Column j, x_j - o, and its products, which may be overwritten.</summary>
    public delegate void ColumnAction(int column, ReadOnlySpan<double> shifted, Span<double> products);

    /// <param name="directions">W, n × D.</param>
    /// <param name="states">x_j, n × m.</param>
    /// <param name="origin">o, n long, or null for 0.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="action">Called for each column in order.</param>
    public static void ForEach(
        Matrix directions, Matrix states, double[]? origin, ILinearAlgebra la, ColumnAction action)
    {
        var (n, d) = (directions.Rows, directions.Columns);
        var (tile, products) = (new Matrix(n, Width), new Matrix(d, Width));
        for (var start = 0; start < states.Columns; start += Width)
        {
            var count = Math.Min(Width, states.Columns - start);
            for (var j = 0; j < count; j++)
            {
                states.Column(start + j).CopyTo(tile.Column(j));
                if (origin is not null)
                {
                    TensorPrimitives.Subtract(tile.Column(j), origin, tile.Column(j));
                }
            }

            tile.AsSpan()[(n * count)..].Clear();
            la.Gemm(true, false, d, Width, n, 1, directions.AsSpan(), n, tile.AsSpan(), n, 0, products.AsSpan(), d);
            for (var j = 0; j < count; j++)
            {
                action(start + j, tile.Column(j), products.Column(j));
            }
        }
    }
}
