namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>Out-of-place transposition by tiles, so that both sides stay in the first cache.</summary>
internal static class Transposition
{
    private const int Tile = 16;

    /// <summary>Column-major n × m at <paramref name="source"/> becomes column-major m × n.</summary>
    public static void Copy(ReadOnlySpan<double> source, int n, int m, Span<double> target)
    {
        for (var column = 0; column < m; column += Tile)
        {
            var right = Math.Min(column + Tile, m);
            for (var row = 0; row < n; row += Tile)
            {
                var bottom = Math.Min(row + Tile, n);
                for (var i = row; i < bottom; i++)
                {
                    var line = target.Slice(i * m, m);
                    for (var j = column; j < right; j++)
                    {
                        line[j] = source[(j * n) + i];
                    }
                }
            }
        }
    }
}
