using System.Numerics.Tensors;
using Google.Protobuf;
using KoopmanMesh.Contracts.Tensors;

namespace KoopmanMesh.Cli.Commands;

/// <summary>Room for the next rows of one file as they travel: float32 where that holds every number.</summary>
internal sealed class SnapshotBuffer(SnapshotFile file, int rows, bool single)
{
    private readonly double[] _values = new double[rows * file.Width];
    private readonly float[] _singles = new float[single ? rows * file.Width : 0];

    /// <summary>
    /// Reads rows <paramref name="first"/> and on of a trajectory; zeros stand for those that the file does not have.
    /// </summary>
    /// <returns>Their bytes, until the next call.</returns>
    public ByteString Read(long first, int count)
    {
        var present = (int)Math.Min(count, file.Length - first) * file.Width;
        var values = _values.AsMemory(0, count * file.Width);
        if (present > 0)
        {
            file.Read(values.Span[..present]);
        }

        values.Span[present..].Clear();
        if (!single)
        {
            return TensorCodec.Bytes<double>(values);
        }

        TensorPrimitives.ConvertTruncating<double, float>(values.Span, _singles);
        return TensorCodec.Bytes<float>(_singles.AsMemory(0, values.Length));
    }
}
