using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Mean and centred scatter S = sum (s - mean)(s - mean)'. Joining two sets a and b (Chan, Golub and LeVeque, 1979):
/// S = S_a + S_b + n_a n_b / (n_a + n_b) · d d', d = mean_b - mean_a; only centred numbers are ever squared.
/// </summary>
internal sealed class GramState(int width) : IMomentState
{
    private readonly double[] _mean = new double[width];
    private readonly double[] _packed = new double[PackedUpper.Length(width)];

    public long Count { get; private set; }

    public void Fold(JointChunk chunk, FoldScratch scratch)
    {
        var (rows, mean) = (chunk.Rows, chunk.Mean());
        chunk.Subtract(mean);

        // The rank-one correction rides along as one more column of the product.
        var shift = chunk.Column(rows);
        var total = Count + rows;
        TensorPrimitives.Subtract(mean, _mean, shift);
        TensorPrimitives.MultiplyAdd(shift, (double)rows / total, _mean, _mean);
        TensorPrimitives.Multiply(shift, Math.Sqrt((double)Count / total * rows), shift);
        scratch.Algebra.Syrk(width, rows + 1, 1, chunk.Columns(rows + 1), width, 0, scratch.Square, width);
        PackedUpper.AddFull(_packed, scratch.Square, width);
        Count = total;
    }

    public void Merge(IMomentState other, FoldScratch scratch)
    {
        var from = (GramState)other;
        if (from.Count == 0)
        {
            return;
        }

        var total = Count + from.Count;
        var shift = new double[width];
        TensorPrimitives.Subtract(from._mean, _mean, shift);
        TensorPrimitives.Add(_packed, from._packed, _packed);
        PackedUpper.AddOuter(_packed, (double)Count / total * from.Count, shift);
        TensorPrimitives.MultiplyAdd(shift, (double)from.Count / total, _mean, _mean);
        Count = total;
    }

    public (double[] Mean, double[] Packed) Moments(FoldScratch scratch) => (_mean, _packed);

    public void Store(TensorArchive archive, string prefix)
    {
        archive.Add($"{prefix}count", new[] { Count }, 1);
        archive.Add($"{prefix}mean", _mean, width);
        archive.Add($"{prefix}scatter", _packed, _packed.Length);
    }

    public void Load(TensorArchive archive, string prefix)
    {
        Count = StoredCount.Read(archive, prefix);
        archive.CopyDoubles($"{prefix}mean", _mean);
        archive.CopyDoubles($"{prefix}scatter", _packed);
    }
}
