using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Moments of B blocks of joint snapshots s = [x; y] about one common centre z, so that any weighting of the blocks is
/// a linear combination: scatter(w) = sum_b w_b S_b(z) - N (mean - z)(mean - z)', N = sum_b w_b n_b. Immutable.
/// </summary>
public sealed class BlockMoments
{
    // Weighted scatters are formed for this many numbers at a time: 64 MiB beside the blocks themselves.
    private const long BatchElements = 8L << 20;

    private readonly Matrix _scatters;

    /// <summary>Moments from their parts, e.g. as they came off the wire; takes ownership of all of them.</summary>
    /// <param name="before">n.</param>
    /// <param name="after">p.</param>
    /// <param name="counts">Snapshots in each block, B long.</param>
    /// <param name="means">Mean of each block, (n + p) × B.</param>
    /// <param name="centre">z, n + p long.</param>
    /// <param name="scatters">
    /// Packed upper triangle of each block's scatter about z, (n + p)(n + p + 1) / 2 × B.
    /// </param>
    /// <exception cref="ArgumentException">The parts have other shapes than n, p and B say.</exception>
    public BlockMoments(int before, int after, double[] counts, Matrix means, double[] centre, Matrix scatters)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(centre);
        ArgumentNullException.ThrowIfNull(scatters);
        var (width, blocks) = (before + after, counts.Length);
        if (means.Rows != width || means.Columns != blocks || centre.Length != width
            || scatters.Rows != PackedUpper.Length(width) || scatters.Columns != blocks)
        {
            throw new ArgumentException(
                $"{blocks} blocks of {before} + {after} features came with means {means.Rows} x {means.Columns}, a "
                + $"centre of {centre.Length} and packed scatters {scatters.Rows} x {scatters.Columns}, expected "
                + $"{width} x {blocks}, {width} and {PackedUpper.Length(width)} x {blocks}",
                nameof(scatters));
        }

        (BeforeWidth, AfterWidth) = (before, after);
        (Counts, Means, Centre, _scatters) = (counts, means, centre, scatters);
    }

    /// <summary>n, features before.</summary>
    public int BeforeWidth { get; }

    /// <summary>p, features after.</summary>
    public int AfterWidth { get; }

    /// <summary>Number of blocks, B.</summary>
    public int Blocks => _scatters.Columns;

    /// <summary>Snapshots in each block.</summary>
    public ReadOnlyMemory<double> Counts { get; }

    /// <summary>Mean of each block as a column, (n + p) × B; zeros for an empty block. Not to be written to.</summary>
    public Matrix Means { get; }

    /// <summary>z, which the scatters are about.</summary>
    public ReadOnlyMemory<double> Centre { get; }

    /// <summary>
    /// Upper triangle of each block's scatter about <see cref="Centre"/>, packed column by column,
    /// (n + p)(n + p + 1) / 2 × B. Not to be written to.
    /// </summary>
    public Matrix PackedScatters => _scatters;

    private int Width => BeforeWidth + AfterWidth;

    /// <summary>Moments with block b counted <paramref name="weights"/>[b] ≥ 0 times.</summary>
    public PairMoments Combine(ReadOnlySpan<double> weights)
    {
        BlockWeights.Check(weights, Blocks);
        var packed = new double[_scatters.Rows];
        for (var b = 0; b < Blocks; b++)
        {
            if (weights[b] != 0)
            {
                PackedUpper.AddScaled(packed, weights[b], _scatters.Column(b));
            }
        }

        return Centred(weights, packed);
    }

    /// <summary>
    /// Moments for each column of <paramref name="weights"/> (B × R), handed to <paramref name="replicate"/> with the
    /// column's index, on several threads at once. Replicates are formed in batches as one matrix product, at most
    /// <paramref name="batch"/> and about 64 MiB at a time.
    /// </summary>
    public void CombineMany(
        Matrix weights, ILinearAlgebra algebra, Action<int, PairMoments> replicate, int batch = 25,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(algebra);
        ArgumentNullException.ThrowIfNull(replicate);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        for (var r = 0; r < weights.Columns; r++)
        {
            BlockWeights.Check(weights.Column(r), Blocks);
        }

        var length = _scatters.Rows;
        var size = (int)Math.Clamp(BatchElements / length, 1, Math.Min(batch, Math.Max(1, weights.Columns)));
        var parallel = new ParallelOptions { CancellationToken = cancellationToken };
        var combined = GC.AllocateUninitializedArray<double>(checked(length * size));
        for (var start = 0; start < weights.Columns; start += size)
        {
            var count = Math.Min(size, weights.Columns - start);
            algebra.Gemm(
                false, false, length, count, Blocks, 1, _scatters.AsSpan(), length,
                weights.AsSpan()[(start * Blocks)..], Blocks, 0, combined, length);
            var first = start;
            Parallel.For(0, count, parallel, r =>
                replicate(first + r, Centred(weights.Column(first + r), combined.AsSpan(r * length, length))));
        }
    }

    /// <summary>The blocks of [U'x; y] for an n × r <paramref name="u"/>; y is left as it is.</summary>
    public BlockMoments Project(Matrix u, ILinearAlgebra algebra, CancellationToken cancellationToken = default)
    {
        var projection = new BeforeProjection(u, BeforeWidth, AfterWidth, algebra);
        var scatters = new Matrix(PackedUpper.Length(projection.Width), Blocks);
        var means = new Matrix(projection.Width, Blocks);
        Parallel.For(0, Blocks, new ParallelOptions { CancellationToken = cancellationToken }, b =>
        {
            projection.Vector(Means.Column(b)).CopyTo(means.Column(b));
            var full = PackedUpper.Unpack(_scatters.Column(b), Width);
            PackedUpper.Pack(projection.Scatter(full), scatters.Column(b));
        });

        return new BlockMoments(
            projection.Rank, AfterWidth, Counts.ToArray(), means, projection.Vector(Centre.Span), scatters);
    }

    // Takes the scatter about the common centre, which it overwrites, to the one about the weighted mean.
    private PairMoments Centred(ReadOnlySpan<double> weights, Span<double> packed)
    {
        var (total, offset, shift) = (0.0, new double[Width], new double[Width]);
        var centre = Centre.Span;
        for (var b = 0; b < Blocks; b++)
        {
            var weight = weights[b] * Counts.Span[b];
            if (weight > 0)
            {
                total += weight;
                TensorPrimitives.Subtract(Means.Column(b), centre, shift);
                TensorPrimitives.MultiplyAdd(shift, weight, offset, offset);
            }
        }

        var mean = new double[Width];
        if (total > 0)
        {
            TensorPrimitives.Divide(offset, total, offset);
            PackedUpper.AddOuter(packed, -total, offset);
            TensorPrimitives.Add(centre, offset, mean);
        }

        return new PairMoments(BeforeWidth, AfterWidth, total, mean, PackedUpper.Unpack(packed, Width));
    }
}
