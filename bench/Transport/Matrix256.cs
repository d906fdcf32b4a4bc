using System.Runtime.InteropServices;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Bench.Transport;

/// <summary>A float32 matrix of 256 MiB, touched once, so that no measurement pays for fresh pages.</summary>
internal sealed class Matrix256
{
    public const long ByteLength = 256L << 20;
    private const int Columns = 4096;

    public Matrix256() => Array.Fill(Values, 1);

    public float[] Values { get; } = new float[ByteLength / sizeof(float)];

    /// <summary>The matrix as it is sent.</summary>
    public IEnumerable<TensorFrame> Frames(int chunkBytes) => LentStreams.LentFrames<float>(
        "matrix", Values, [Values.Length / Columns, Columns], chunkBytes);

    /// <summary>Takes chunks into the matrix; bytes that came.</summary>
    public async Task<long> FillAsync(IAsyncStreamReader<TensorFrame> frames, CancellationToken cancellationToken)
    {
        var start = 0;
        await foreach (var frame in frames.ReadLentAsync(cancellationToken))
        {
            if (frame.FrameCase == TensorFrame.FrameOneofCase.Chunk)
            {
                frame.Chunk.Data.Span.CopyTo(MemoryMarshal.AsBytes(Values.AsSpan())[start..]);
                start += frame.Chunk.Data.Length;
            }
        }

        return start;
    }
}
