using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

public sealed partial class BlockedAccumulator
{
    /// <summary>Snapshots in each block.</summary>
    public long[] BlockCounts()
    {
        Flush();
        return Array.ConvertAll(_states, state => state.Count);
    }

    /// <summary>Moments of all that was seen.</summary>
    public PairMoments ToMoments() => ToMoments(AllOnes());

    /// <summary>
    /// Moments with block b counted <paramref name="weights"/>[b] ≥ 0 times, e.g. 0 for blocks held out. Needs no copy
    /// of the blocks; to weigh them many times take <see cref="ToBlockMoments"/>.
    /// </summary>
    public PairMoments ToMoments(ReadOnlySpan<double> weights)
    {
        BlockWeights.Check(weights, Blocks);
        Flush();
        var (mean, packed, total) = (new double[Width], new double[PackedUpper.Length(Width)], 0.0);
        var shift = new double[Width];
        for (var b = 0; b < Blocks; b++)
        {
            var weight = weights[b] * _states[b].Count;
            if (weight > 0)
            {
                var (blockMean, blockPacked) = _states[b].Moments(_scratch);
                TensorPrimitives.Subtract(blockMean, mean, shift);
                PackedUpper.AddScaled(packed, weights[b], blockPacked);
                PackedUpper.AddOuter(packed, total * weight / (total + weight), shift);
                total += weight;
                TensorPrimitives.MultiplyAdd(shift, weight / total, mean, mean);
            }
        }

        return new PairMoments(BeforeWidth, AfterWidth, total, mean, PackedUpper.Unpack(packed, Width));
    }

    /// <summary>The triangular factor of all that was seen; only of <see cref="AccumulatorKind.Qr"/>.</summary>
    public PairFactor ToFactor() => ToFactor(AllOnes());

    /// <summary>The triangular factor with block b counted <paramref name="weights"/>[b] ≥ 0 times.</summary>
    /// <exception cref="InvalidOperationException">
    /// The blocks are products, from which no factor can be had without loss.
    /// </exception>
    public PairFactor ToFactor(ReadOnlySpan<double> weights)
    {
        if (Kind != AccumulatorKind.Qr)
        {
            throw new InvalidOperationException(
                "a triangular factor was asked of Gram blocks, expected an accumulator of kind Qr");
        }

        BlockWeights.Check(weights, Blocks);
        Flush();
        var (factor, shift, count) = (new Matrix(0, Width + 1), Array.Empty<double>(), 0.0);
        for (var b = 0; b < Blocks; b++)
        {
            if (weights[b] > 0 && ((QrState)_states[b]).Factor is { } block)
            {
                shift = factor.Rows == 0 ? block.Shift : shift;
                var rows = QrState.Reshifted(block.Rows, block.Shift, shift);
                TensorPrimitives.Multiply(rows.AsSpan(), Math.Sqrt(weights[b]), rows.AsSpan());
                var stack = new Matrix(factor.Rows + rows.Rows, Width + 1);
                QrState.CopyRows(factor, stack, 0);
                QrState.CopyRows(rows, stack, factor.Rows);
                factor = _scratch.Algebra.TriangularFactor(stack);
                count += weights[b] * _states[b].Count;
            }
        }

        return PairFactor.From(BeforeWidth, AfterWidth, count, count > 0 ? (factor, shift) : null);
    }

    /// <summary>What a bootstrap resamples: every block's moments about one common centre, the overall mean.</summary>
    public BlockMoments ToBlockMoments()
    {
        Flush();
        var counts = Array.ConvertAll(_states, state => (double)state.Count);
        var means = new Matrix(Width, Blocks);
        var scatters = new Matrix(PackedUpper.Length(Width), Blocks);
        for (var b = 0; b < Blocks; b++)
        {
            var (mean, packed) = _states[b].Moments(_scratch);
            mean.CopyTo(means.Column(b));
            packed.CopyTo(scatters.Column(b));
        }

        var centre = CommonCentre(counts, means);
        var shift = new double[Width];
        for (var b = 0; b < Blocks; b++)
        {
            TensorPrimitives.Subtract(means.Column(b), centre, shift);
            PackedUpper.AddOuter(scatters.Column(b), counts[b], shift);
        }

        return new BlockMoments(BeforeWidth, AfterWidth, counts, means, centre, scatters);
    }

    // About the first block's mean, so that data far from the origin keeps its digits.
    private static double[] CommonCentre(double[] counts, Matrix means)
    {
        var total = counts.Sum();
        var first = Math.Max(0, Array.FindIndex(counts, count => count > 0));
        var (centre, shift) = (means.Column(first).ToArray(), new double[means.Rows]);
        for (var b = 0; b < counts.Length && total > 0; b++)
        {
            if (counts[b] > 0)
            {
                TensorPrimitives.Subtract(means.Column(b), means.Column(first), shift);
                TensorPrimitives.MultiplyAdd(shift, counts[b] / total, centre, centre);
            }
        }

        return centre;
    }

    private double[] AllOnes()
    {
        var ones = new double[Blocks];
        Array.Fill(ones, 1);
        return ones;
    }
}
