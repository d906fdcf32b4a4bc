using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.V1;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>
/// Cuts captured snapshots into chunks that share their memory, all of them one message: each must be sent before the
/// next is asked for.
/// </summary>
internal static class SnapshotChunker
{
    /// <param name="before">[rows, n] row-major; unchanged until the last message is sent.</param>
    /// <param name="after">[rows, p] row-major; likewise.</param>
    /// <param name="rows">Rows of both.</param>
    /// <param name="chunkBytes">Bytes of snapshots in a message; one row at least.</param>
    public static IEnumerable<PairsChunk> Cut(
        ReadOnlyMemory<float> before, ReadOnlyMemory<float> after, int rows, int chunkBytes)
    {
        var (n, p) = (before.Length / rows, after.Length / rows);
        var step = Math.Max(1, chunkBytes / (sizeof(float) * (n + p)));
        var (left, right) = (new LentWindow<float>(before), new LentWindow<float>(after));
        var chunk = new PairsChunk();
        for (var start = 0; start < rows; start += step)
        {
            var count = Math.Min(step, rows - start);
            chunk.Rows = count;
            chunk.Before = left.At(start * n, count * n);
            chunk.After = right.At(start * p, count * p);
            yield return chunk;
        }
    }
}
