using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Streaming principal components with a running mean: the sequential Karhunen-Loève transform (Levy and Lindenbaum,
/// 2000; the mean update of Ross, Lim, Lin and Yang, 2008, eq. 4). A chunk of b rows is joined to what is kept by the
/// decomposition of A = [U S, chunk - its mean, sqrt(n b / (n + b)) · shift of the mean], whose small Gram matrix A'A
/// gives A V = U S anew (method of snapshots), so that a chunk costs O(width (r + b)²) whatever came before. Exact
/// while the data spans at most r directions; the squared form drops directions below 1e-8 of the largest. Not
/// thread-safe.
/// </summary>
public sealed class IncrementalPca
{
    // Below this share of the largest eigenvalue of A'A is its rounding.
    private const double Noise = 1e-15;

    private readonly int _rank;
    private readonly ILinearAlgebra _algebra;
    private readonly JointChunk _chunk;
    private readonly double[] _mean;
    private Matrix _scaledBasis;
    private long _folded;
    private double _energy;

    /// <summary>An empty basis.</summary>
    /// <param name="width">Features of a snapshot.</param>
    /// <param name="rank">Most directions to keep, at least 1.</param>
    /// <param name="algebra">Does the products and decompositions.</param>
    public IncrementalPca(int width, int rank, ILinearAlgebra algebra)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentNullException.ThrowIfNull(algebra);
        (Width, _rank, _algebra) = (width, Math.Min(rank, width), algebra);
        (_mean, _scaledBasis) = (new double[width], new Matrix(width, 0));
        _chunk = new JointChunk(width, 0, Math.Clamp(_rank, 128, 1024));
    }

    /// <summary>Features of a snapshot.</summary>
    public int Width { get; }

    /// <summary>Snapshots seen.</summary>
    public long Count => _folded + _chunk.Rows;

    /// <summary>Adds <paramref name="count"/> snapshots, one after the other, <c>count * width</c> values.</summary>
    /// <exception cref="SnapshotShapeException">The span is not as long as its shape says.</exception>
    /// <exception cref="NonFiniteSnapshotException">A value is NaN or infinite; nothing was added.</exception>
    public void Add(ReadOnlySpan<float> rows, int count)
    {
        SnapshotRows.Check(SnapshotRows.Before, rows, count, Width, Count);
        for (var done = 0; done < count;)
        {
            if (_chunk.Room == 0)
            {
                Fold();
            }

            var take = Math.Min(_chunk.Room, count - done);
            _chunk.Append(rows[(done * Width)..], [], take);
            done += take;
        }
    }

    /// <summary>The basis of what was seen so far; more may be added afterwards.</summary>
    public PcaBasis Finish()
    {
        Fold();
        var (basis, values, _) = _algebra.ThinSvd(_scaledBasis);
        var least = Math.Sqrt(Noise) * values.FirstOrDefault();
        var kept = Array.FindLastIndex(values, value => value > least) + 1;
        return new PcaBasis(_folded, (double[])_mean.Clone(), basis.SelectColumns(0, kept), values[..kept], _energy);
    }

    private void Fold()
    {
        var rows = _chunk.Rows;
        if (rows == 0)
        {
            return;
        }

        var joined = Join(rows);
        _scaledBasis = Leading(joined);
        _folded += rows;
        _chunk.Clear();
    }

    // [U S, centred chunk, shift of the mean]; updates mean and energy on the way.
    private Matrix Join(int rows)
    {
        var kept = _scaledBasis.Columns;
        var joined = new Matrix(Width, kept + rows + 1);
        var mean = _chunk.Mean();
        _chunk.Subtract(mean);
        _scaledBasis.AsSpan().CopyTo(joined.AsSpan());
        _chunk.Columns(rows).CopyTo(joined.AsSpan()[(kept * Width)..]);
        var (shift, total) = (new double[Width], _folded + rows);
        TensorPrimitives.Subtract(mean, _mean, shift);
        TensorPrimitives.MultiplyAdd(shift, (double)rows / total, _mean, _mean);
        TensorPrimitives.Multiply(shift, Math.Sqrt((double)_folded / total * rows), joined.Column(kept + rows));
        _energy += TensorPrimitives.SumOfSquares<double>(joined.AsSpan()[(kept * Width)..]);
        return joined;
    }

    // A V for the leading eigenvectors V of A'A: its columns are U S, no division by small singular values needed.
    private Matrix Leading(Matrix joined)
    {
        var gram = UpperGram(joined);
        var size = gram.Columns;
        var (values, vectors) = _algebra.SymmetricEigen(gram);
        var most = Math.Min(_rank, size);
        var kept = 0;
        while (kept < most && values[kept] > Noise * values[0])
        {
            kept++;
        }

        return _algebra.Multiply(joined, vectors.SelectColumns(0, kept));
    }

    // Upper triangle of A'A. The columns of U S are orthogonal already, so that their part is its diagonal alone.
    private Matrix UpperGram(Matrix joined)
    {
        var (size, kept) = (joined.Columns, _scaledBasis.Columns);
        var gram = new Matrix(size, size);
        for (var j = 0; j < kept; j++)
        {
            gram[j, j] = TensorPrimitives.SumOfSquares<double>(joined.Column(j));
        }

        _algebra.Gemm(
            true, false, size, size - kept, Width, 1, joined.AsSpan(), Width, joined.AsSpan()[(kept * Width)..], Width,
            0, gram.AsSpan()[(kept * size)..], size);
        return gram;
    }
}
