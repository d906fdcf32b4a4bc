using Google.Protobuf;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.V1;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>Cuts captured snapshots into messages that share their memory.</summary>
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
        for (var start = 0; start < rows; start += step)
        {
            var count = Math.Min(step, rows - start);
            yield return new PairsChunk
            {
                Rows = count,
                Before = Bytes(before, start * n, count * n),
                After = Bytes(after, start * p, count * p),
            };
        }
    }

    private static ByteString Bytes(ReadOnlyMemory<float> values, int start, int length) =>
        TensorCodec.Bytes(values.Slice(start, length));
}
