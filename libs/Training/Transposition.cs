namespace KoopmanMesh.Training;

/// <summary>Batches lie feature by feature here, rows by rows outside.</summary>
internal static class Transposition
{
    /// <summary>to[j, i] = from[i, j] for a rows × columns row-major source.</summary>
    internal static void Copy<T>(ReadOnlySpan<T> from, Span<T> to, int rows, int columns)
    {
        for (var j = 0; j < columns; j++)
        {
            var column = to.Slice(j * rows, rows);
            for (var i = 0; i < rows; i++)
            {
                column[i] = from[(i * columns) + j];
            }
        }
    }
}
