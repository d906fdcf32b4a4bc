using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// B, w × at most k, with BB' ≈ P, the joint products: the k strongest directions of [B, new pairs], again and again
/// (incremental SVD; Brand 2002, ECCV). What a compression drops is positive semidefinite, so its energies add up to
/// the error in trace exactly and its largest values to a bound in norm, as in frequent directions (Ghashami, Liberty,
/// Phillips and Woodruff 2016, SIAM J. Comput. 45(5)), but without shrinking what is kept, which would bias
/// eigenvalues.
/// </summary>
internal sealed class SketchBlock(int width, int most) : ISummaryBlock
{
    // Energy lost, bound of the norm lost, compressions.
    private readonly double[] _lost = new double[3];

    /// <summary>B.</summary>
    public Matrix Columns { get; private set; } = new(width, 0);

    /// <summary>Relative to the trace of the products.</summary>
    public SketchLoss Loss
    {
        get
        {
            var total = TensorPrimitives.SumOfSquares<double>(Columns.AsSpan()) + _lost[0];
            return total > 0 ? new SketchLoss(_lost[0] / total, _lost[1] / total, (int)_lost[2]) : default;
        }
    }

    public void Fold(Matrix pairs, double weight, ILinearAlgebra la) => Append(pairs, weight, la);

    public void Merge(ISummaryBlock other, double weight, ILinearAlgebra la)
    {
        var from = (SketchBlock)other;
        _lost[0] += weight * from._lost[0];
        _lost[1] += weight * from._lost[1];
        _lost[2] += from._lost[2];
        Append(from.Columns, weight, la);
    }

    public void Clear()
    {
        Columns = new Matrix(width, 0);
        Array.Clear(_lost);
    }

    public void Store(TensorArchive archive, string prefix)
    {
        archive.Add($"{prefix}columns", Columns.AsMemory(), Columns.Columns, width);
        archive.Add($"{prefix}lost", _lost, _lost.Length);
    }

    public void Load(TensorArchive archive, string prefix)
    {
        if (archive.ShapeOf($"{prefix}columns") is not [>= 0 and var columns, var rows] || rows != width
            || columns > most)
        {
            throw new TensorFormatException(
                $"tensor \"{prefix}columns\" is [{string.Join(", ", archive.ShapeOf($"{prefix}columns"))}], expected "
                + $"[at most {most}, {width}]");
        }

        Columns = new Matrix(width, (int)columns, archive.Doubles($"{prefix}columns", columns, width));
        archive.CopyDoubles($"{prefix}lost", _lost);
    }

    private void Append(Matrix pairs, double weight, ILinearAlgebra la)
    {
        var joined = new Matrix(width, Columns.Columns + pairs.Columns);
        Columns.AsSpan().CopyTo(joined.AsSpan());
        TensorPrimitives.Multiply(pairs.AsSpan(), Math.Sqrt(weight), joined.AsSpan()[Columns.AsSpan().Length..]);
        Columns = joined.Columns > most ? Compress(joined, la) : joined;
    }

    // J = Q R, R = U S V': J V = Q U S needs neither Q nor U.
    private Matrix Compress(Matrix joined, ILinearAlgebra la)
    {
        var (_, s, vt) = la.ThinSvd(la.TriangularFactor(joined));
        var kept = Math.Min(most, s.Length);
        if (s.Length > kept)
        {
            _lost[0] += TensorPrimitives.SumOfSquares<double>(s.AsSpan(kept));
            _lost[1] += s[kept] * s[kept];
            _lost[2]++;
        }

        return la.Multiply(joined, vt.Transpose().SelectColumns(0, kept));
    }
}
